#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Renewal by the CA's advice (ARI), through the commands, against the scripted server: Debian's Pebble gives no such advice.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $server = Start-ScriptedServer
    $webRoot = (New-Item "$TestDrive/web" -ItemType Directory).FullName

    function New-Certificate([string] $Name) {
        New-PACertificate $Name -CertKeyLength ec-256 -Plugin WebRoot -PluginArgs @{ WRPath = $webRoot }
    }

    # The window that the server suggests from now on, in days from today.
    function Set-Window([double] $Start, [double] $End) {
        $now = [DateTimeOffset]::UtcNow
        Set-ScriptedOption $server @{ renewalWindow = @{ start = $now.AddDays($Start).ToString('o'); end = $now.AddDays($End).ToString('o') } }
    }

    function Get-Questions {
        @(Get-ScriptedRequest $server RenewalInfo).Count
    }

    # What the last new order said that it replaces.
    function Get-Replaced {
        @(Get-ScriptedRequest $server NewOrder)[-1].payload.replaces
    }

    # As if the time until which the CA did not want to be asked were over.
    function Set-AskedLongAgo {
        $file = Join-Path (Get-PAOrder).Folder renewal.json
        $json = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable -DateKind String
        $json.askAgainAt = '2020-01-01T00:00:00Z'
        $json | ConvertTo-Json | Set-Content $file
    }
}

AfterAll {
    Stop-TestServer
    Remove-TestProfile
}

Describe 'Renewal information' {
    BeforeEach {
        $null = New-TestProfile
        Set-ScriptedOption $server @{ renewalWindow = $null; renewalExplanationUrl = $null; renewalRetryAfter = '21600'; offersRenewalInfo = $true }
        Use-ScriptedServer $server
        $null = New-PAAccount -AcceptTOS
    }

    It 'puts a renewal off until a moment in the window, which is kept where Posh-ACME looks too' {
        $null = New-Certificate later.test
        Set-Window 20 22
        Submit-Renewal -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike '*not recommended for renewal yet*a moment in the window that the CA suggests*'
        $shown = Get-PARenewal
        $shown.Status | Should -Be NotDue
        $shown.RenewAfter | Should -BeGreaterThan (Get-Date).AddDays(19.9)
        $shown.RenewAfter | Should -BeLessThan (Get-Date).AddDays(22.1)
        $shown.NextAttempt | Should -Be $shown.RenewAfter
        ([DateTimeOffset] (Get-PAOrder).RenewAfter - $shown.RenewAfter).Duration().TotalSeconds | Should -BeLessThan 1
    }

    It 'has a certificate renewed once its window is there, and says what the new order replaces' {
        $former = New-Certificate due.test
        Set-Window -2 -1
        $renewed = Submit-Renewal
        $renewed.Serial | Should -Not -Be $former.Serial
        Get-Replaced | Should -Be $former.ARIId
        (Get-PARenewal).WindowStart | Should -BeNullOrEmpty -Because 'what was said was about the former certificate'
    }

    It 'is asked for once, until the time is over that the CA names' {
        $null = New-Certificate once.test
        Set-Window 20 22
        $before = Get-Questions
        1..3 | ForEach-Object { Submit-Renewal -WarningAction SilentlyContinue }
        Get-Questions | Should -Be ($before + 1)
        $shown = Get-PARenewal
        $shown.AskAgainAfter | Should -BeGreaterThan (Get-Date).AddHours(5.9)
        $shown.AskAgainAfter | Should -BeLessThan (Get-Date).AddHours(6.1)

        Set-AskedLongAgo
        Submit-Renewal -WarningAction SilentlyContinue
        Get-Questions | Should -Be ($before + 2)
        (Get-PARenewal).RenewAfter | Should -Be $shown.RenewAfter -Because 'the window is the same'
    }

    It 'that has moved moves the renewal, and the page that explains it is shown' {
        $null = New-Certificate moved.test
        Set-Window 20 22
        Submit-Renewal -WarningAction SilentlyContinue
        Set-Window -1 -0.5
        Set-ScriptedOption $server @{ renewalExplanationUrl = 'https://ca.example/incident' }
        Set-AskedLongAgo
        $result = Submit-Renewal -PassThru -WarningVariable warned -WarningAction SilentlyContinue
        $result.Status | Should -Be Renewed
        "$warned" | Should -BeLike "*another time to renew the certificate of order 'moved.test'*https://ca.example/incident"
    }

    It 'is shown by Get-PARenewal, which asks with -Refresh alone and keeps nothing' {
        $null = New-Certificate shown.test
        Set-Window 20 22
        Set-ScriptedOption $server @{ renewalExplanationUrl = 'https://ca.example/why' }
        $tree = Get-TreeState
        $before = Get-Questions
        (Get-PARenewal).WindowStart | Should -BeNullOrEmpty
        Get-Questions | Should -Be $before
        $shown = Get-PARenewal -Refresh -WarningAction SilentlyContinue
        $shown.ExplanationUrl, $shown.Status | Should -Be 'https://ca.example/why', NotDue
        $shown.Reason | Should -BeLike '*(https://ca.example/why)*'
        ($shown.WindowEnd - $shown.WindowStart).TotalDays | Should -Be 2
        Get-TreeState | Should -Be $tree

        Submit-Renewal -WarningAction SilentlyContinue
        (Get-PARenewal).ExplanationUrl | Should -Be 'https://ca.example/why' -Because 'Submit-Renewal keeps it'
    }

    It 'is neither asked for nor kept under -WhatIf' {
        $null = New-Certificate what.test
        Set-Window -2 -1
        $tree = Get-TreeState
        $before = @(Get-ScriptedRequest $server).Count
        Submit-Renewal -WhatIf -WarningAction SilentlyContinue
        Get-TreeState | Should -Be $tree
        @(Get-ScriptedRequest $server).Count | Should -Be $before
    }

    It 'that does not come leaves the lifetime to decide' {
        $certificate = New-Certificate none.test
        Add-ScriptedProblem $server renewalInfo @{ status = 404; type = 'malformed'; detail = 'No such certificate.' }
        Submit-Renewal -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warned | Should -HaveCount 1
        ([DateTimeOffset] (Get-PAOrder).RenewAfter - [DateTimeOffset] $certificate.NotAfter).TotalDays | Should -BeLessThan -29.9
    }

    It 'is left alone with DisableARI' {
        $null = New-Certificate disabled.test
        Set-PAServer -DisableARI
        Set-Window -2 -1
        $before = Get-Questions
        Submit-Renewal -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Submit-Renewal -Force | Should -Not -BeNullOrEmpty
        Get-Questions | Should -Be $before
        Get-Replaced | Should -BeNullOrEmpty
    }

    It 'has an order placed without a predecessor where that has been replaced already' {
        $former = New-Certificate replaced.test
        New-PAOrder replaced.test, www.replaced.test -Name other -KeyLength ec-256 -ReplacesCert $former.ARIId | Should -Not -BeNullOrEmpty
        Get-Replaced | Should -Be $former.ARIId
        $renewed = Submit-Renewal -Name replaced.test -Force -WarningVariable warned -WarningAction SilentlyContinue
        $renewed.Serial | Should -Not -Be $former.Serial
        "$warned" | Should -BeLike '*does not take the order as a replacement*replaced by another order*'
        @(Get-ScriptedRequest $server NewOrder)[-2, -1].status | Should -Be 409, 201
        Get-Replaced | Should -BeNullOrEmpty
    }
}

Describe 'Two processes that renew one order at once' {
    BeforeAll {
        $null = New-TestProfile
        Set-ScriptedOption $server @{ renewalWindow = $null; offersRenewalInfo = $true }
        Use-ScriptedServer $server
        $null = New-PAAccount -AcceptTOS

        # A PowerShell of its own on the same profile, which says what became of the order.
        function Start-Renewal([string] $Before = '') {
            $start = [Diagnostics.ProcessStartInfo]::new([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName)
            $script = "Import-Module '$($module.Path)'; $Before; 'started'; Submit-Renewal -PassThru | ForEach-Object { `"`$(`$_.Status): `$(`$_.Reason)`" }"
            '-NoProfile', '-NonInteractive', '-Command', $script | ForEach-Object { $start.ArgumentList.Add($_) }
            $start.RedirectStandardOutput = $start.RedirectStandardInput = $true
            [Diagnostics.Process]::Start($start)
        }

        function Read-Line($Process) {
            $line = $Process.StandardOutput.ReadLineAsync()
            if (-not $line.Wait(60000)) {
                throw 'The process says nothing.'
            }
            $line.Result
        }

        function Wait-File([string] $Path) {
            $deadline = [DateTime]::UtcNow.AddSeconds(60)
            while (-not (Test-Path $Path)) {
                if ([DateTime]::UtcNow -gt $deadline) {
                    throw "$Path does not come."
                }
                Start-Sleep -Milliseconds 20
            }
        }
    }

    BeforeEach {
        Set-Window -2 -1
        $processes = [Collections.Generic.List[object]]::new()
    }

    AfterEach {
        Set-ScriptedOption $server @{ latency = '00:00:00' }
        foreach ($process in $processes) {
            if (-not $process.HasExited) {
                $process.Kill()
            }
            $process.Dispose()
        }
    }

    It 'place one order when they start together' {
        $former = New-Certificate race.test
        $orders = @(Get-ScriptedRequest $server NewOrder).Count
        # Slow enough that both have decided before either is done.
        Set-ScriptedOption $server @{ latency = '00:00:00.1' }
        $go = "$TestDrive/go"
        1..2 | ForEach-Object { $processes.Add((Start-Renewal "'ready'; while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 10 }")) }
        $processes | ForEach-Object { Read-Line $_ | Should -Be ready }
        $null = New-Item $go
        $said = $processes | ForEach-Object { $null = Read-Line $_; Read-Line $_ } | Sort-Object
        $said[0] | Should -BeLike 'NotDue: *'
        $said[1] | Should -BeLike 'Renewed: *'
        @(Get-ScriptedRequest $server NewOrder).Count | Should -Be ($orders + 1)
        (Get-PACertificate race.test).Serial | Should -Not -Be $former.Serial
    }

    It 'place one order when one starts in the midst of the other' {
        $env:POSHACME_PLUGINS = (New-Item "$TestDrive/plugins" -ItemType Directory).FullName
        Set-Content "$env:POSHACME_PLUGINS/Slow.ps1" @'
function Get-CurrentPluginType { 'dns-01' }
function Add-DnsTxt {
    param([Parameter(Mandatory)] [string] $RecordName, [Parameter(Mandatory)] [string] $TxtValue, [Parameter(Mandatory)] [string] $SlowFolder,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams)
    Set-Content "$SlowFolder/value" $TxtValue
    while (-not (Test-Path "$SlowFolder/go")) { Start-Sleep -Milliseconds 20 }
}
function Remove-DnsTxt { param($RecordName, $TxtValue, [Parameter(ValueFromRemainingArguments)] $ExtraParams) }
function Save-DnsTxt { param([Parameter(ValueFromRemainingArguments)] $ExtraParams) }
'@
        try {
            $folder = (New-Item "$TestDrive/slow" -ItemType Directory).FullName
            $former = New-Certificate midst.test
            Set-PAOrder -Plugin Slow -PluginArgs @{ SlowFolder = $folder } -DnsSleep 0
            $orders = @(Get-ScriptedRequest $server NewOrder).Count
            $processes.Add((Start-Renewal))
            Wait-File "$folder/value"
            $processes.Add((Start-Renewal))
            Read-Line $processes[1] | Should -Be started
            $second = $processes[1].StandardOutput.ReadLineAsync()
            $second.Wait(1500) | Should -BeFalse -Because 'it waits for the first'
            Add-TestTxt $server _acme-challenge.midst.test (Get-Content "$folder/value")
            $null = New-Item "$folder/go"
            Read-Line $processes[0] | Should -Be started
            Read-Line $processes[0] | Should -BeLike 'Renewed: *'
            $second.Wait(60000) | Should -BeTrue
            $second.Result | Should -BeLike 'NotDue: *'
            @(Get-ScriptedRequest $server NewOrder).Count | Should -Be ($orders + 1)
            (Get-PACertificate midst.test).Serial | Should -Not -Be $former.Serial
        }
        finally {
            $env:POSHACME_PLUGINS = $null
        }
    }
}
