#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# samples/exchange-godaddy.ps1 from its first run to a renewal: Pebble, which looks at the records that the stub of GoDaddy's
# API got, and the fake of Exchange with two servers. Each test goes on where the one before it ended.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    Import-Module "$PSScriptRoot/Support/Fakes/FakeExchange.psm1"
    $sample = [IO.Path]::GetFullPath("$PSScriptRoot/../../samples/exchange-godaddy.ps1")
    $saved = $env:PSModulePath, $env:FAKE_EXCHANGE_STATE
    $env:PSModulePath = "$(Split-Path $module.ModuleBase)$([IO.Path]::PathSeparator)$env:PSModulePath"
    $pebble = Start-Pebble
    $stub = Start-GoDaddyStub '--zones', 'corp.test', '--key', 'the-key', '--secret', 'S3cr3t-of-key', '--dns-server', $pebble.ChallengeManagementUrl
    $null = TestServers\New-TestProfile
    Use-Pebble $pebble main
    # The date of the order decides whether it is due.
    Set-PAServer -DisableARI
    New-FakeExchange -Path "$TestDrive/exchange.json" -Server EX1, EX2
    $given = @{ Domain = 'mail.corp.test', 'autodiscover.corp.test'; Server = 'EX1', 'EX2' }
    $pluginArgs = @{ GDKey = 'the-key'; GDSecretSecure = ConvertTo-SecureString S3cr3t-of-key -AsPlainText -Force; GDBaseUri = $stub.Url }
    # Nobody but Pebble knows these names.
    $global:PSDefaultParameterValues['New-PACertificate:DnsSleep'] = 0

    # Runs the sample as a task does, in a PowerShell of its own, which gets no answers. -Setup comes before it.
    function Invoke-Task([string] $Arguments = "-Domain mail.corp.test, autodiscover.corp.test -Server EX1, EX2", [string] $Setup = "Import-Module '$PSScriptRoot/Support/Fakes/FakeExchange.psm1'; ") {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $said = '' | & $program -NoProfile -NonInteractive -Command "$Setup& '$sample' $Arguments" 2>"$TestDrive/errors.txt"
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Said = $said -join "`n"; Errors = @(Get-Content "$TestDrive/errors.txt") }
    }

    function Get-Writes {
        @(Get-StubRequest $stub | Where-Object method -NE GET)
    }

    function Get-Changes([string] $Server = '*') {
        @(Get-FakeExchangeCall -Server $Server | Where-Object { $_.Command -match '^(Import|Enable|Remove|Set)-' -and $_.Outcome -eq 'Done' })
    }
}

AfterAll {
    $null = $global:PSDefaultParameterValues.Remove('New-PACertificate:DnsSleep')
    Stop-TestServer $stub
    Stop-Pebble
    Remove-TestProfile
    $env:PSModulePath, $env:FAKE_EXCHANGE_STATE = $saved
}

Describe 'samples/exchange-godaddy.ps1' {
    It 'shows with -WhatIf that it would issue, and asks nobody for anything' {
        $asked = @(Get-PebbleRequest $pebble).Count
        $files = Get-TreeState
        $said = & $sample @given -PluginArgs $pluginArgs -WhatIf 6>&1
        # What would be done is said to the host, which nothing here can read; that of the child process can be read below.
        $said | Should -BeNullOrEmpty
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
        Get-StubRequest $stub | Should -BeNullOrEmpty
        Get-FakeExchangeCall | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $files
    }

    It 'issues, and brings the certificate to one server while the other fails: exit code 1, one line' {
        Set-FakeExchangeFailure -Server EX2 -Command Import-ExchangeCertificate -Message 'The disk is full.'
        $run = Invoke-Task "-Domain mail.corp.test, autodiscover.corp.test -Server EX1, EX2 -PluginArgs `$given" (
            "Import-Module '$PSScriptRoot/Support/Fakes/FakeExchange.psm1'; `$global:PSDefaultParameterValues['New-PACertificate:DnsSleep'] = 0; " +
            "`$given = @{ GDKey = 'the-key'; GDSecretSecure = ConvertTo-SecureString S3cr3t-of-key -AsPlainText -Force; GDBaseUri = '$($stub.Url)' }; ")
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -HaveCount 1
        $run.Errors | Should -BeLike '*mail.corp.test*EX2*The disk is full.*'
        $script:first = Get-PACertificate mail.corp.test
        $first.AllSANs | Should -Be mail.corp.test, autodiscover.corp.test
        (Get-Changes EX1).Command | Should -Be Import-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate
        Get-Changes EX2 | Should -BeNullOrEmpty
        $there = Get-ExchangeCertificate $first.Thumbprint -Server EX1
        $there.Services, $there.Status, $there.HasPrivateKey, $there.Subject | Should -Be 'IIS, SMTP', Valid, $true, CN=mail.corp.test
        (Get-FakeExchangeKey EX1 $first.Thumbprint).Csp | Should -Be 'Microsoft RSA SChannel Cryptographic Provider'
    }

    It 'published a record for each name and took both away again' {
        (Get-Writes | Where-Object method -EQ PUT).path | Should -HaveCount 2
        Get-StubTxt $stub _acme-challenge.mail | Should -BeNullOrEmpty
        Get-StubTxt $stub _acme-challenge.autodiscover | Should -BeNullOrEmpty
    }

    It 'left the default SMTP certificate what it was' {
        foreach ($server in 'EX1', 'EX2') {
            $default = (Get-TransportService $server).InternalTransportCertificateThumbprint
            (Get-ExchangeCertificate $default -Server $server).Subject | Should -Be "CN=$server"
        }
        Get-FakeExchangeCall | Where-Object Outcome -EQ WouldHaveAsked | Should -BeNullOrEmpty
    }

    It 'shows with -WhatIf every step that is left, and changes nothing' {
        $state, $files, $asked = (Get-FakeExchangeState), (Get-TreeState), (Get-StubRequest $stub).Count
        $run = Invoke-Task '-Domain mail.corp.test -Server EX1, EX2 -WhatIf'
        $run.ExitCode | Should -Be 0
        $run.Errors | Should -BeNullOrEmpty
        $steps = @($run.Said -split "`n" | Where-Object { $_ -like 'What if: *EX2*' })
        $steps[0] | Should -BeLike "*Import*$($first.Thumbprint)*"
        "$steps" | Should -BeLike '*Import*IIS*SMTP*'
        $run.Said | Should -Not -BeLike '*What if: *"EX1"*'
        Get-FakeExchangeState | Should -Be $state
        Get-TreeState | Should -Be $files
        (Get-StubRequest $stub).Count | Should -Be $asked
    }

    It 'brings to the other server what is missing there at the next run, and to nobody anything else' {
        $asked = (Get-StubRequest $stub).Count
        Clear-FakeExchangeCall
        $run = Invoke-Task
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        Get-FakeExchangeCall -Server EX1 | Should -BeNullOrEmpty
        (Get-Changes EX2).Command | Should -Be Import-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate
        (Get-StubRequest $stub).Count | Should -Be $asked
        (Get-ExchangeCertificate $first.Thumbprint -Server EX2).Services | Should -Be 'IIS, SMTP'
    }

    It 'calls neither GoDaddy nor Exchange when nothing is due, and needs no commands of Exchange' {
        $asked, $requests = (Get-StubRequest $stub).Count, @(Get-PebbleRequest $pebble).Count
        Clear-FakeExchangeCall
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $task = "$TestDrive/task.ps1"
        Set-Content $task "& '$sample' -Domain mail.corp.test -Server EX1, EX2; exit `$LASTEXITCODE"
        '' | & $program -NoProfile -NonInteractive -File $task 2>"$TestDrive/errors.txt" | Out-Null
        $LASTEXITCODE | Should -Be 0
        Get-Content "$TestDrive/errors.txt" | Should -BeNullOrEmpty
        Get-FakeExchangeCall | Should -BeNullOrEmpty
        (Get-StubRequest $stub).Count | Should -Be $asked
        @(Get-PebbleRequest $pebble).Count | Should -Be $requests
        (Get-PACertificate mail.corp.test).Thumbprint | Should -Be $first.Thumbprint
    }

    It 'renews what is due with the key of GoDaddy that was kept, and adds a transcript to its log' {
        $file = Join-Path (Get-PAOrder mail.corp.test).Folder order.json
        (Get-Content $file -Raw) -replace '("RenewAfter":\s*)"[^"]*"', '$1"2020-01-01T00:00:00Z"' | Set-Content $file
        $asked = (Get-Writes).Count
        Clear-FakeExchangeCall
        $run = Invoke-Task "-Domain mail.corp.test -Server EX1, EX2 -LogFile '$TestDrive/log.txt'" (
            "Import-Module '$PSScriptRoot/Support/Fakes/FakeExchange.psm1'; ")
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        (Get-Writes).Count | Should -BeGreaterThan $asked
        $script:second = Get-PACertificate mail.corp.test
        $second.Thumbprint | Should -Not -Be $first.Thumbprint
        foreach ($server in 'EX1', 'EX2') {
            (Get-ExchangeCertificate $second.Thumbprint -Server $server).Services | Should -Be 'IIS, SMTP'
            (Get-ExchangeCertificate (Get-TransportService $server).InternalTransportCertificateThumbprint -Server $server).Subject | Should -Be "CN=$server"
        }
        Get-Content "$TestDrive/log.txt" -Raw | Should -BeLike '*EX1*EX2*'
        Get-Content "$TestDrive/log.txt" -Raw | Should -Not -BeLike '*S3cr3t*'
    }

    It 'deploys what is left from yesterday also when a renewal fails today' {
        Set-FakeExchangeServer EX2 -Reachable $false
        $null = Submit-Renewal mail.corp.test -Force -WarningAction Ignore
        (Invoke-Task).ExitCode | Should -Be 1
        Set-FakeExchangeServer EX2 -Reachable $true
        $file = Join-Path (Get-PAOrder mail.corp.test).Folder order.json
        (Get-Content $file -Raw) -replace '("RenewAfter":\s*)"[^"]*"', '$1"2020-01-01T00:00:00Z"' | Set-Content $file
        Stop-TestServer $stub
        $run = Invoke-Task
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -HaveCount 1
        $run.Errors | Should -Not -BeLike '*EX2*'
        (Get-ExchangeCertificate (Get-PACertificate mail.corp.test).Thumbprint -Server EX2).Services | Should -Be 'IIS, SMTP'
    }
}
