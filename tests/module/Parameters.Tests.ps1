#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What scripts written for Posh-ACME pass to the commands. More is welcome; nothing may be missing or narrower. The table
# in Support/Parameters.psd1 is what holds; where a Posh-ACME is at hand (the environment variable
# POSHACME_REFERENCE_MODULE names it), its own commands are asked too.

BeforeDiscovery {
    $table = Import-PowerShellDataFile "$PSScriptRoot/Support/Parameters.psd1"
    $commands = @($table.Keys | Sort-Object | ForEach-Object { @{ Command = $_; Lines = $table[$_] } })
    $reference = $env:POSHACME_REFERENCE_MODULE
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $AllSets = '__AllParameterSets'

    function Get-Table([string] $Module) {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $found = & $program -NoProfile -NonInteractive -File "$PSScriptRoot/Support/Get-ParameterTable.ps1" $Module | ConvertFrom-Json
        $found | Should -Not -BeNullOrEmpty
        $found
    }

    $ours = Get-Table (Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1)

    # What a line of the table says.
    function Read-Line([string] $Command, [string] $Parameter, [string] $Line) {
        $type, $words = -split $Line
        $words = @($words)
        $of = { param($Key) @($words -like "${Key}:*" -replace "^${Key}:" -split ',' | Where-Object { $_ }) }
        $sets = & $of set
        foreach ($set in $(if ($sets) { $sets } else { $AllSets })) {
            [pscustomobject]@{
                Command   = $Command
                Parameter = $Parameter
                Type      = $type
                Set       = $set
                Position  = if ($words -match '^P\d$') { [int]($words -match '^P\d$' -replace 'P')[0] } else { [int]::MinValue }
                Mandatory = $words -contains '*'
                ByValue   = $words -contains 'V'
                ByName    = $words -contains 'N'
                Rest      = $words -contains 'rest'
                Aliases   = & $of alias
                Default   = (& $of default) -join ','
            }
        }
    }

    # Our parameters where another module has that one: in the same set, or in all.
    function Find-Ours($Wanted) {
        $same = $ours | Where-Object { $_.Command -eq $Wanted.Command -and $_.Parameter -eq $Wanted.Parameter }
        $sets = @($ours | Where-Object { $_.Command -eq $Wanted.Command -and $_.Set -ne $AllSets } | ForEach-Object Set | Select-Object -Unique)
        if ($Wanted.Set -eq $AllSets -and $same.Set -notcontains $AllSets -and @($same).Count -ne $sets.Count) {
            return
        }
        $same | Where-Object { $Wanted.Set -eq $AllSets -or $_.Set -in $Wanted.Set, $AllSets }
    }

    function Test-Wide([string] $Wanted, [string] $Given) {
        # An object there may be anything with the right properties; here PowerShell wraps whatever comes.
        $Given -eq $Wanted -or ($Wanted -eq 'Object' -and $Given -eq 'PSObject')
    }

    function Get-Narrowing($Wanted) {
        $where = "$($Wanted.Command) -$($Wanted.Parameter)$(if ($Wanted.Set -ne $AllSets) { " ($($Wanted.Set))" })"
        $found = @(Find-Ours $Wanted)
        if (-not $found) {
            return "$where is missing"
        }
        foreach ($one in $found) {
            if (-not (Test-Wide $Wanted.Type $one.Type)) { "$where takes $($one.Type), not $($Wanted.Type)" }
            if ($Wanted.Position -ge 0 -and $one.Position -ne $Wanted.Position) { "$where is at position $($one.Position), not $($Wanted.Position)" }
            if ($one.Mandatory -and -not $Wanted.Mandatory) { "$where is mandatory" }
            if ($Wanted.ByValue -and -not $one.ByValue) { "$where takes nothing from the pipeline by value" }
            if ($Wanted.ByName -and -not $one.ByName) { "$where takes nothing from the pipeline by name" }
            if ($Wanted.Rest -and -not $one.Rest) { "$where does not take the remaining arguments" }
            if ($Wanted.Default -and $one.Default -ne $Wanted.Default) { "$where has the default '$($one.Default)', not '$($Wanted.Default)'" }
            foreach ($alias in $Wanted.Aliases) {
                if ($one.Aliases -notcontains $alias) { "$where has no alias $alias" }
            }
        }
    }
}

Describe 'The parameters' {
    It 'of <Command> are all there, and take what they should' -ForEach $commands {
        foreach ($parameter in $Lines.Keys) {
            foreach ($wanted in Read-Line $Command $parameter $Lines[$parameter]) {
                Get-Narrowing $wanted | Should -BeNullOrEmpty
                (Find-Ours $wanted).Mandatory | Select-Object -Unique | Should -Be $wanted.Mandatory -Because "that holds of $Command -$parameter"
            }
        }
    }

    It 'Get-PAAuthorizations is another name of Get-PAAuthorization' {
        $null = Import-TestModule
        (Get-Command Get-PAAuthorizations).ResolvedCommand.Name | Should -Be Get-PAAuthorization
    }

    It '<Command> falls back to its first parameter set, not to an error about ambiguity' -ForEach @(
        @{ Command = 'Get-PAServer'; Set = 'Specific' }
        @{ Command = 'New-PAAccount'; Set = 'Generate' }
        @{ Command = 'Get-PAAccount'; Set = 'Specific' }
        @{ Command = 'New-PAOrder'; Set = 'FromScratch' }
        @{ Command = 'Get-PAOrder'; Set = 'Specific' }
        @{ Command = 'Get-PACertificate'; Set = 'Specific' }
        @{ Command = 'Get-PAPlugin'; Set = 'Basic' }
        @{ Command = 'Set-PAAccount'; Set = 'Edit' }
        @{ Command = 'Set-PAOrder'; Set = 'Edit' }
        @{ Command = 'Revoke-PACertificate'; Set = 'MainDomain' }
        @{ Command = 'Submit-Renewal'; Set = 'Specific' }
    ) {
        $null = Import-TestModule
        (Get-Command $Command).DefaultParameterSet | Should -Be $Set
    }
}

# Which parameters are yet to come. Exact, so that the list shrinks as they come.
Describe 'Posh-ACME itself (where POSHACME_REFERENCE_MODULE names it)' {
    if (-not $reference) {
        It 'is asked' {
            Set-ItResult -Skipped -Because 'the environment variable POSHACME_REFERENCE_MODULE names no Posh-ACME'
        }
    }
    else {
        BeforeAll {
            $theirs = Get-Table $env:POSHACME_REFERENCE_MODULE
            # Of releases after 4.32.
            $laterCommands = 'Get-DnsAcctLabel', 'Publish-DnsPersistChallenge', 'Unpublish-DnsPersistChallenge'
            $missingParameters = @{}
        }

        It 'has no other commands than ours' {
            $theirs.Command | Select-Object -Unique | Where-Object { $_ -notin $ours.Command } | Should -BeNullOrEmpty
        }

        It '<Command> there has no other parameters than here and those that are yet to come' -ForEach $commands {
            $wanted = $theirs | Where-Object Command -EQ $Command
            if (-not $wanted -and $Command -in $laterCommands) {
                Set-ItResult -Skipped -Because 'this Posh-ACME is older than the command'
                return
            }
            $wanted | Should -Not -BeNullOrEmpty
            $missing = @($wanted | Where-Object { -not (Find-Ours $_) } | ForEach-Object Parameter | Sort-Object -Unique)
            $missing | Should -Be @($missingParameters[$Command] | Where-Object { $_ })
        }

        It 'has nothing in <Command> that is narrower here' -ForEach $commands {
            foreach ($wanted in $theirs | Where-Object { $_.Command -eq $Command -and $_.Parameter -notin $missingParameters[$Command] }) {
                Get-Narrowing $wanted | Should -BeNullOrEmpty
            }
        }
    }
}
