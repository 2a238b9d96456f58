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

    # What is said before the sample is run: Exchange's commands; and the first time, the key of GoDaddy. Nobody but Pebble
    # knows these names, so nobody's DNS is looked at.
    $task = '-Domain mail.corp.test, autodiscover.corp.test -Server EX1, EX2'
    $session = "Import-Module '$PSScriptRoot/Support/Fakes/FakeExchange.psm1'; "
    $first = "`$global:PSDefaultParameterValues['New-PACertificate:DnsSleep'] = 0; " +
        "`$given = @{ GDKey = 'the-key'; GDSecretSecure = ConvertTo-SecureString `$env:TEST_SECRET -AsPlainText -Force; GDBaseUri = '$($stub.Url)' }; "

    # A transcript begins with the command line of its process, so the secret is not in it.
    $env:TEST_SECRET = 'S3cr3t-of-key'

    # Runs the sample as a task does, in a PowerShell of its own, which gets no answers.
    function Invoke-Task([string] $Arguments = $task, [string] $Setup = $session) {
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
    Stop-TestServer $stub
    Stop-Pebble
    Remove-TestProfile
    $env:PSModulePath, $env:FAKE_EXCHANGE_STATE = $saved
    $env:TEST_SECRET = $null
}

Describe 'samples/exchange-godaddy.ps1' {
    It 'shows with -WhatIf that it would issue, and asks nobody for anything' {
        $asked = @(Get-PebbleRequest $pebble).Count
        $files = Get-TreeState
        $run = Invoke-Task "$task -PluginArgs `$given -WhatIf" ($session + $first)
        $run.ExitCode | Should -Be 0
        $run.Said | Should -BeLike 'What if: *"Issue a certificate"*mail.corp.test*'
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
        Get-StubRequest $stub | Should -BeNullOrEmpty
        Get-FakeExchangeCall | Should -BeNullOrEmpty
        Get-TreeState | Should -Be $files
    }

    It 'says in one line what is missing when it is run daily before it was run once' {
        $run = Invoke-Task
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -HaveCount 1
        $run.Errors | Should -BeLike 'The certificate of mail.corp.test: No ACME account*'
    }

    It 'issues, and brings the certificate to one server while the other fails: exit code 1, one line' {
        Set-FakeExchangeFailure -Server EX2 -Command Import-ExchangeCertificate -Message 'The disk is full.'
        $run = Invoke-Task "$task -PluginArgs `$given -LogFile '$TestDrive/first.txt'" ($session + $first)
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -HaveCount 1
        $run.Errors | Should -BeLike '*mail.corp.test*EX2*The disk is full.*'
        Get-Content "$TestDrive/first.txt" -Raw | Should -BeLike '*The disk is full.*'
        Get-Content "$TestDrive/first.txt" -Raw | Should -Not -BeLike '*S3cr3t*'
        $script:issued = Get-PACertificate mail.corp.test
        $issued.AllSANs | Should -Be mail.corp.test, autodiscover.corp.test
        (Get-Changes EX1).Command | Should -Be Import-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate, Enable-ExchangeCertificate
        Get-Changes EX2 | Should -BeNullOrEmpty
        $there = Get-ExchangeCertificate $issued.Thumbprint -Server EX1
        $there.Services, $there.Status, $there.HasPrivateKey, $there.Subject | Should -Be 'IIS, SMTP', Valid, $true, CN=mail.corp.test
        (Get-FakeExchangeKey EX1 $issued.Thumbprint).Csp | Should -Be 'Microsoft RSA SChannel Cryptographic Provider'
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
        $run = Invoke-Task "$task -WhatIf"
        $run.ExitCode | Should -Be 0
        $run.Errors | Should -BeNullOrEmpty
        $steps = @($run.Said -split "`n" | Where-Object { $_ -like 'What if: *EX2*' })
        $steps[0] | Should -BeLike "*Import*$($issued.Thumbprint)*"
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
        (Get-ExchangeCertificate $issued.Thumbprint -Server EX2).Services | Should -Be 'IIS, SMTP'
    }

    It 'calls neither GoDaddy nor Exchange when nothing is due, and needs no commands of Exchange' {
        $asked, $requests = (Get-StubRequest $stub).Count, @(Get-PebbleRequest $pebble).Count
        Clear-FakeExchangeCall
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        Set-Content "$TestDrive/task.ps1" "& '$sample' $task; exit `$LASTEXITCODE"
        '' | & $program -NoProfile -NonInteractive -File "$TestDrive/task.ps1" 2>"$TestDrive/errors.txt" | Out-Null
        $LASTEXITCODE | Should -Be 0
        Get-Content "$TestDrive/errors.txt" | Should -BeNullOrEmpty
        Get-FakeExchangeCall | Should -BeNullOrEmpty
        (Get-StubRequest $stub).Count | Should -Be $asked
        @(Get-PebbleRequest $pebble).Count | Should -Be $requests
        (Get-PACertificate mail.corp.test).Thumbprint | Should -Be $issued.Thumbprint
    }

    It 'renews what is due with the key of GoDaddy that was kept, and adds a transcript to its log' {
        $file = Join-Path (Get-PAOrder mail.corp.test).Folder order.json
        (Get-Content $file -Raw) -replace '("RenewAfter":\s*)"[^"]*"', '$1"2020-01-01T00:00:00Z"' | Set-Content $file
        $asked = (Get-Writes).Count
        Clear-FakeExchangeCall
        $run = Invoke-Task "$task -LogFile '$TestDrive/log.txt'"
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        (Get-Writes).Count | Should -BeGreaterThan $asked
        $script:second = Get-PACertificate mail.corp.test
        $second.Thumbprint | Should -Not -Be $issued.Thumbprint
        foreach ($server in 'EX1', 'EX2') {
            (Get-ExchangeCertificate $second.Thumbprint -Server $server).Services | Should -Be 'IIS, SMTP'
            (Get-ExchangeCertificate (Get-TransportService $server).InternalTransportCertificateThumbprint -Server $server).Subject | Should -Be "CN=$server"
        }
        Get-Content "$TestDrive/log.txt" -Raw | Should -BeLike '*EX1*EX2*'
        Get-Content "$TestDrive/log.txt" -Raw | Should -Not -BeLike '*S3cr3t*'
    }

    It 'works with commands that were imported from a remote session, as in the Exchange Management Shell' {
        $remote = "`$runspace = [Management.Automation.Runspaces.RunspaceFactory]::CreateOutOfProcessRunspace(`$null, [Management.Automation.Runspaces.PowerShellProcessInstance]::new()); " +
            "`$runspace.Open(); `$session = [Management.Automation.Runspaces.PSSession]::Create(`$runspace, 'Process', `$null); " +
            "Invoke-Command `$session { Import-Module '$PSScriptRoot/Support/Fakes/FakeExchange.psm1' }; " +
            "`$null = Import-PSSession `$session -CommandName *-ExchangeCertificate, Get-TransportService, Get-AuthConfig, *-SendConnector, *-ReceiveConnector -DisableNameChecking; "
        $null = Submit-Renewal mail.corp.test -Force -WarningAction Ignore
        $run = Invoke-Task $task $remote
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        foreach ($server in 'EX1', 'EX2') {
            (Get-ExchangeCertificate (Get-PACertificate mail.corp.test).Thumbprint -Server $server).Services | Should -Be 'IIS, SMTP'
            (Get-ExchangeCertificate (Get-TransportService $server).InternalTransportCertificateThumbprint -Server $server).Subject | Should -Be "CN=$server"
        }
    }

    It 'deploys what is left from yesterday also when a renewal fails today' {
        Set-FakeExchangeServer EX2 -Reachable $false
        $null = Submit-Renewal mail.corp.test -Force -WarningAction Ignore
        (Invoke-Task).ExitCode | Should -Be 1
        Set-FakeExchangeServer EX2 -Reachable $true
        # A name that the CA refuses.
        $file = Join-Path (Get-PAOrder mail.corp.test).Folder order.json
        $order = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
        $order.SANs, $order.RenewAfter = @('blocked-domain.example'), '2020-01-01T00:00:00Z'
        $order | ConvertTo-Json -Depth 9 | Set-Content $file
        $run = Invoke-Task
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -HaveCount 1
        $run.Errors | Should -BeLike '*blocked-domain.example*'
        $run.Errors | Should -Not -BeLike '*EX2*'
        (Get-ExchangeCertificate (Get-PACertificate mail.corp.test).Thumbprint -Server EX2).Services | Should -Be 'IIS, SMTP'
    }
}
