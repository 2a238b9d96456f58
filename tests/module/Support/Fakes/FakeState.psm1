# What the fakes of Exchange's and IIS's commands have in common: a state in a JSON file that several processes share, a
# log of the calls in it, and the form in which results come back from a remote session.

# Runs a script block on the state, which no other process reads or writes meanwhile, and writes back what it became, also
# when the block throws.
function Invoke-FakeChange([string] $Path, [scriptblock] $Change) {
    if (-not $Path -or -not (Test-Path $Path)) {
        throw "There is no state of a fake at '$Path'."
    }
    $lock = Open-FakeLock "$Path.lock"
    try {
        $fakeState = [IO.File]::ReadAllText($Path) | ConvertFrom-Json -AsHashtable
        try {
            & $Change $fakeState
        }
        finally {
            [IO.File]::WriteAllText($Path, (ConvertTo-Json $fakeState -Depth 12))
        }
    }
    finally {
        $lock.Dispose()
    }
}

# The state as it is now.
function Get-FakeState([string] $Path) {
    Invoke-FakeChange $Path { param($state) $state }
}

function Open-FakeLock([string] $Path) {
    $deadline = [DateTime]::UtcNow.AddSeconds(30)
    while ($true) {
        try {
            return [IO.File]::Open($Path, 'OpenOrCreate', 'ReadWrite', 'None')
        }
        catch [IO.IOException] {
            if ([DateTime]::UtcNow -gt $deadline) {
                throw
            }
            Start-Sleep -Milliseconds 10
        }
    }
}

# The parameters of a call as texts, secrets and contents of files left out.
function ConvertTo-FakeLogText([Collections.IDictionary] $Bound) {
    $texts = [ordered]@{}
    foreach ($name in $Bound.Keys | Sort-Object) {
        $value = $Bound[$name]
        $texts[$name] = if ($value -is [securestring]) { '(secret)' }
        elseif ($name -eq 'FileData') { "($(@($value).Count) bytes)" }
        elseif ($value -is [switch]) { "$([bool]$value)" }
        else { @($value) -join ', ' }
    }
    $texts
}

# What a caller gets of an object that was made in another session: properties alone, no methods, no types of their own.
function ConvertTo-FakeRemoteObject($InputObject, [string] $TypeName) {
    $InputObject.PSTypeNames.Insert(0, $TypeName)
    [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($InputObject, 2))
}

# An error as the fakes throw and write it. The fake that asks would wait for ever where nobody answers, so it fails instead.
function New-FakeError([string] $Message, [string] $Id, [string] $Category = 'InvalidOperation', $Target) {
    [Management.Automation.ErrorRecord]::new([InvalidOperationException]::new($Message), $Id, $Category, $Target)
}

Export-ModuleMember -Function *-Fake*
