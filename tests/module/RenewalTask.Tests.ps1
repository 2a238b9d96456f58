#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Renewal tasks: with a crontab and a systemctl of the tests, with a fake of the module ScheduledTasks; and what they run, as
# a scheduler would run it, against Pebble.

BeforeDiscovery {
    $isUnix = -not $IsWindows
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $saved = @{}
    foreach ($name in 'PATH', 'HOME', 'XDG_CONFIG_HOME', 'POSHACME_VAULT_PASS', 'POSHACME_PLUGINS') {
        $saved[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    $pwsh = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName

    function Write-Program([string] $Name, [string] $Text) {
        Set-Content "$TestDrive/bin/$Name" "#!/bin/sh`n$Text"
        chmod +x "$TestDrive/bin/$Name"
    }

    # Runs a command line with what cron gives: next to nothing.
    function Invoke-AsCron([string] $Command, [string[]] $More) {
        $script:errors = $null
        $output = env -i HOME=$env:HOME LOGNAME=somebody SHELL=/bin/sh PATH=/usr/bin:/bin @More /bin/sh -c $Command 2>"$TestDrive/stderr"
        $code = $LASTEXITCODE
        [pscustomobject]@{ ExitCode = $code; Output = @($output); Errors = @(Get-Content "$TestDrive/stderr") }
    }

    function Set-Due([string] $Name) {
        $file = Join-Path (Get-PAOrder -Name $Name).Folder order.json
        (Get-Content $file -Raw) -replace '("RenewAfter":\s*)"[^"]*"', '$1"2020-01-01T00:00:00Z"' | Set-Content $file
    }

    $null = New-Item "$TestDrive/bin", "$TestDrive/web" -ItemType Directory
}

AfterAll {
    foreach ($name in $saved.Keys) {
        [Environment]::SetEnvironmentVariable($name, $saved[$name])
    }
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Renewal tasks of cron and systemd' -Skip:(-not $isUnix) {
    BeforeEach {
        $null = New-TestProfile
        $home2 = Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
        $null = New-Item $home2 -ItemType Directory
        $env:HOME = $home2
        $env:XDG_CONFIG_HOME = "$home2/.config"
        $env:PATH = "$TestDrive/bin:$($saved.PATH)"
        $env:POSHACME_VAULT_PASS = $env:POSHACME_PLUGINS = $null
        $table = "$home2/table"
        Write-Program crontab @"
case "`$1" in
-l) if [ -f '$table' ]; then cat '$table'; else echo 'no crontab for somebody' >&2; exit 1; fi ;;
-r) rm '$table' ;;
-) cat >'$table' ;;
esac
"@
        Write-Program systemctl @"
echo "`$@" >>'$home2/systemctl.log'
case "`$*" in
*show*.timer*) printf 'ActiveState=active\nNextElapseUSecRealtime=Tue 2030-01-01 03:17:00 UTC\n' ;;
*show*.service*) printf 'ExecMainStartTimestamp=Mon 2029-12-31 03:17:00 UTC\nExecMainExitTimestamp=Mon 2029-12-31 03:18:00 UTC\nExecMainStatus=1\n' ;;
esac
"@
    }

    Context 'what a task does' {
        BeforeAll {
            $pebble = Start-Pebble @{ AlwaysValid = $true }
        }

        BeforeEach {
            Use-Pebble $pebble main
            Set-PAServer -DisableARI
            $null = New-PAAccount -AcceptTOS -ID first
            $former = New-TestCertificate $pebble @{ Domain = 'due.test'; KeyLength = 'ec-256'; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
            Set-Due due.test
        }

        It 'renews and deploys as cron runs it, and says nothing' {
            $null = Register-PARenewalTask -Scheduler Cron -Scope User -Deploy { Set-Content "$HOME/deployed" "$($_.AllSANs) $($args[0].Thumbprint)" } -WarningAction SilentlyContinue
            $command = (Get-PARenewalTask -Scope User).Command
            $run = Invoke-AsCron $command
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $run.ExitCode | Should -Be 0
            $renewed = Get-PACertificate due.test
            $renewed.Serial | Should -Not -Be $former.Serial
            Get-Content "$env:HOME/deployed" | Should -Be "due.test $($renewed.Thumbprint)"
            $task = Get-PARenewalTask -Scope User
            $task.LastResult | Should -Be 0
            $log = Get-Content $task.LogFile
            $log[-1] | Should -BeLike '*Z INFO    The run has ended with exit code 0. Renewed: 1, deployed: 1, not due: 0, left out: 0, failures: 0.'
            $log -like '*Z INFO    due.test: Renewed. *' | Should -HaveCount 1
            (Get-Item $task.LogFile).UnixMode | Should -Be '-rw-------'

            # The next day nothing is due.
            $again = Invoke-AsCron $command
            $again.ExitCode | Should -Be 0
            (Get-PACertificate due.test).Serial | Should -Be $renewed.Serial
            (Get-Content $task.LogFile)[-1] | Should -BeLike '*Renewed: 0, deployed: 0, not due: 1, *'
        }

        It 'runs a deploy script again that failed, and issues nothing for that' {
            Set-Content "$env:HOME/it's.ps1" 'param($certificate) if (-not (Test-Path "$HOME/ready")) { exit 3 }; Set-Content "$HOME/deployed" $certificate.Thumbprint'
            $null = Register-PARenewalTask -Scheduler Systemd -Scope User -DeployScript "$env:HOME/it's.ps1" -WarningAction SilentlyContinue
            $command = "'$pwsh' -NoLogo -NoProfile -NonInteractive -File '$env:XDG_CONFIG_HOME/poshacmesharp/poshacmesharp-renewal.ps1'"
            $run = Invoke-AsCron $command JOURNAL_STREAM=8:1
            $run.ExitCode | Should -Be 1
            $run.Errors | Should -HaveCount 1
            $run.Errors[0] | Should -BeLike "<3>PoshAcmeSharp: 1 failure: *due.test*it's.ps1 ended with exit code 3.*"
            $serial = (Get-PACertificate due.test).Serial
            $serial | Should -Not -Be $former.Serial
            $null = New-Item "$env:HOME/ready"
            (Invoke-AsCron $command).ExitCode | Should -Be 0
            (Get-PACertificate due.test).Serial | Should -Be $serial
            Get-Content "$env:HOME/deployed" | Should -Be (Get-PACertificate due.test).Thumbprint
        }

        It 'tells of a failure, and a notice that fails hides nothing' {
            # A name that Pebble refuses.
            $file = Join-Path (Get-PAOrder -Name due.test).Folder order.json
            $json = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
            $json.SANs = @('blocked-domain.example')
            $json | ConvertTo-Json -Depth 9 | Set-Content $file
            $null = Register-PARenewalTask -Scheduler Cron -Scope User -LogFile "$env:HOME/own.log" -OnFailure {
                $_.Failures[0] | ConvertTo-Json | Set-Content "$HOME/notice"
                "$($_.Summary)|$($args[0].LogFile)" | Set-Content "$HOME/summary"
                Write-Error 'no mail today' # which ends it, as the preference is Stop
            }
            $run = Invoke-AsCron (Get-PARenewalTask -Scope User).Command
            $run.ExitCode | Should -Be 1
            $run.Errors | Should -HaveCount 1
            $run.Errors[0] | Should -BeLike 'PoshAcmeSharp: 2 failures: *due.test*; The script of -OnFailure failed: no mail today'
            (Get-Content "$env:HOME/notice" -Raw | ConvertFrom-Json).Order | Should -Be due.test
            Get-Content "$env:HOME/summary" | Should -BeLike "PoshAcmeSharp: 1 failure: *due.test*|$env:HOME/own.log"
            (Get-PARenewalTask -Scope User).LastResult | Should -Be 1
        }
    }

    Context 'Invoke-PARenewalTask' {
        It 'writes what it did, and one line of what failed' {
            $run = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$($module.Path)'; Invoke-PARenewalTask | ConvertTo-Json -Depth 4" 2>"$TestDrive/stderr"
            $result = $run | ConvertFrom-Json
            $result.ExitCode | Should -Be 1
            $result.Failures[0].ErrorId | Should -Be NoServer
            $result.LogFile | Should -Be "$env:POSHACME_HOME/logs/renewal.log"
            @(Get-Content "$TestDrive/stderr") | Should -HaveCount 1
        }

        It 'does not run twice at once' {
            $null = New-Item "$env:POSHACME_HOME/logs" -ItemType Directory
            $script = "`$ErrorActionPreference = 'Stop'; Import-Module '$($module.Path)'; (Invoke-PARenewalTask -OnFailure { (Invoke-PARenewalTask).Failures.ErrorId }).Failures.ErrorId; Invoke-PARenewalTask -OnFailure { Set-Content '$TestDrive/inner' (Invoke-PARenewalTask).Failures[0].ErrorId }"
            $null = & $pwsh -NoProfile -NonInteractive -Command $script 2>$null
            Get-Content "$TestDrive/inner" | Should -Be RenewalTaskBusy
        }

        It 'renews though its log cannot be written, and fails for that' {
            $null = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$($module.Path)'; Invoke-PARenewalTask -LogFile /proc/none/x.log | ForEach-Object { `$_.Failures.ErrorId } | Set-Content '$TestDrive/ids'" 2>$null
            Get-Content "$TestDrive/ids" | Should -Be LogNotWritable, NoServer
        }

        It 'takes one deploy script' {
            { Invoke-PARenewalTask -Deploy { } -DeployScript x.ps1 } | Should -Throw -ErrorId 'TwoDeployScripts,*'
        }
    }

    Context 'Register-PARenewalTask' {
        It 'keeps the lines of others, and Unregister-PARenewalTask takes away what it made' {
            $others = "MAILTO=me@example.com`n# mine`n0 5 * * * /usr/bin/true`n"
            [IO.File]::WriteAllText($table, $others)
            $task = Register-PARenewalTask -Scheduler Cron -Scope User -At 04:30
            $task.Schedule | Should -Be 'daily 04:30'
            $task.PSTypeNames | Should -Contain PoshAcmeSharp.RenewalTask
            [IO.File]::ReadAllText($table) | Should -BeLike "${others}30 4 * * * *"
            Get-PARenewalTask -Scope User | Unregister-PARenewalTask
            [IO.File]::ReadAllText($table) | Should -Be $others
            Get-PARenewalTask -Scope User | Should -BeNullOrEmpty
            Get-ChildItem $env:XDG_CONFIG_HOME -Recurse -File | Should -BeNullOrEmpty
        }

        It 'registers a timer, once' {
            $task = Register-PARenewalTask -Scheduler Systemd -Scope User -RandomDelay 00:10 -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike '*enable-linger*'
            $task.Enabled | Should -BeTrue
            $task.LastResult | Should -Be 1
            Get-Content "$env:HOME/systemctl.log" | Select-Object -First 3 | Should -Be '--user daemon-reload', '--user enable poshacmesharp-renewal.timer', '--user restart poshacmesharp-renewal.timer'
            $units = Get-TreeState $env:XDG_CONFIG_HOME
            (Register-PARenewalTask -Scheduler Systemd -Scope User -RandomDelay 00:10).Schedule | Should -Be $task.Schedule -Because 'the random time stays'
            Get-TreeState $env:XDG_CONFIG_HOME | Should -Be $units
            Get-Content "$env:HOME/systemctl.log" | Where-Object { $_ -notlike '*show*' } | Should -HaveCount 3
        }

        It 'changes a task only with -Force, and moves it to another scheduler' {
            $null = Register-PARenewalTask -Scheduler Systemd -Scope User -At 04:30 -WarningAction SilentlyContinue
            { Register-PARenewalTask -Scheduler Systemd -Scope User -At 05:30 } | Should -Throw -ErrorId 'TaskExists,*'
            (Register-PARenewalTask -Scheduler Systemd -Scope User -At 05:30 -Force -WarningAction SilentlyContinue).Schedule | Should -Be 'daily 05:30'
            { Register-PARenewalTask -Scheduler Cron -Scope User } | Should -Throw -ErrorId 'TaskExists,*'
            (Register-PARenewalTask -Scheduler Cron -Scope User -Force).Scheduler | Should -Be Cron
            Get-ChildItem "$env:XDG_CONFIG_HOME/systemd" -Recurse -File | Should -BeNullOrEmpty
            @(Get-PARenewalTask -Scope User) | Should -HaveCount 1
        }

        It 'carries the environment along, and never the password of a vault' {
            $env:POSHACME_VAULT_PASS, $env:POSHACME_PLUGINS = 'hunter2', "/opt/o'brien"
            $task = Register-PARenewalTask -Scheduler Cron -Scope User -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike 'POSHACME_VAULT_PASS is not carried into the task*'
            $task.Script | Should -Not -Match hunter2
            $task.Script | Should -BeLike "*`$env:POSHACME_HOME = '$env:POSHACME_HOME'*`$env:POSHACME_PLUGINS = '/opt/o''brien'*"
        }

        It 'says what a script block will not know' {
            $server = 'ex1'
            { Register-PARenewalTask -Scheduler Cron -Scope User -Deploy { "$using:server" } } | Should -Throw -ErrorId 'ScriptBlockNotSelfContained,*'
            $null = Register-PARenewalTask -Scheduler Cron -Scope User -WarningVariable warned -WarningAction SilentlyContinue -Deploy {
                param($certificate)
                $mine = $certificate.Thumbprint
                foreach ($one in 1, 2) { "$one $mine $env:HOME $server $global:other $($_.Name)" }
                $list[0] = 1
            }
            "$warned" | Should -Be 'The script block of -Deploy reads $server, $other, $list and does not set it. It will be empty where the task runs.'
        }

        It 'refuses accounts where the task is that of the user' {
            { Register-PARenewalTask -Scheduler Cron -Scope User -RunAsSystem } | Should -Throw -ErrorId 'AccountNotSupported,*'
        }

        It 'of <Scheduler> with -WhatIf touches nothing' -ForEach @{ Scheduler = 'Cron' }, @{ Scheduler = 'Systemd' } {
            Register-PARenewalTask -Scheduler $Scheduler -Scope User -WhatIf | Should -BeNullOrEmpty
            Test-Path $env:XDG_CONFIG_HOME | Should -BeFalse
            Test-Path $table | Should -BeFalse
            $null = Register-PARenewalTask -Scheduler $Scheduler -Scope User -WarningAction SilentlyContinue
            $before = Get-TreeState $env:XDG_CONFIG_HOME
            Unregister-PARenewalTask -Scope User -WhatIf
            Get-TreeState $env:XDG_CONFIG_HOME | Should -Be $before
        }

        It 'shows tasks in 80 columns' {
            $null = Register-PARenewalTask -Scheduler Systemd -Scope User -WarningAction SilentlyContinue
            $lines = (Get-PARenewalTask -Scope User | Out-String -Width 80).Trim() -replace "`e\[[0-9;]*m" -split "`r?`n"
            -split $lines[0] | Should -Be Name, Scheduler, NextRun, LastRun, LastResult
            $lines[2] | Should -Match '^poshacmesharp-renewal Systemd +2\d{3}-\d\d-\d\d \d\d:\d\d 2\d{3}-\d\d-\d\d \d\d:\d\d +1$'
            $lines | Should -HaveCount 3
        }

        It 'that is not there is an error' {
            { Get-PARenewalTask missing -Scope User -ErrorAction Stop } | Should -Throw -ErrorId 'TaskNotFound,*'
            { Unregister-PARenewalTask -Scope User -ErrorAction Stop } | Should -Throw -ErrorId 'TaskNotFound,*'
        }
    }
}

Describe 'Renewal tasks of the Windows Task Scheduler' {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Fakes/FakeScheduledTasks.psm1" -Force
    }

    BeforeEach {
        $null = New-TestProfile
        $env:PATH = $saved.PATH
        $env:FAKE_NOT_ELEVATED = $null
        New-FakeScheduler "$TestDrive/$([guid]::NewGuid().ToString('n')).json"

        function Get-Fake { (Get-Content $env:FAKE_SCHEDULED_TASKS -Raw | ConvertFrom-Json).tasks | Where-Object name -EQ poshacmesharp-renewal }
        function Get-FakeCall { (Get-Content $env:FAKE_SCHEDULED_TASKS -Raw | ConvertFrom-Json).calls }
    }

    AfterAll {
        $env:FAKE_SCHEDULED_TASKS = $env:FAKE_NOT_ELEVATED = $null
        Remove-Module FakeScheduledTasks
    }

    It 'runs as this user without a password, and says what that cannot do' {
        $task = Register-PARenewalTask -Scheduler TaskScheduler -At 04:30 -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*S4U*DPAPI*'
        $task.Schedule | Should -Be 'daily 04:30'
        $task.LastRun | Should -BeNullOrEmpty
        $task.LastResult | Should -BeNullOrEmpty
        $fake = Get-Fake
        $fake.principal.LogonType | Should -Be S4U
        $fake.principal.RunLevel | Should -Be Highest
        Get-Content $env:FAKE_SCHEDULED_TASKS -Raw | Should -Match '"StartBoundary": "[-0-9]+T04:30:00"' -Because 'a time without an offset follows the clock of the machine'
        $fake.trigger.RandomDelay | Should -Be PT1H
        $fake.settings.StartWhenAvailable | Should -BeTrue
        $fake.settings.MultipleInstances | Should -Be IgnoreNew
        $fake.settings.ExecutionTimeLimit | Should -Be PT4H
    }

    It 'has arguments that PowerShell runs, <Kind>' -ForEach @(
        @{ Kind = 'plain'; More = @{} }
        @{ Kind = 'encoded'; More = @{ OnFailure = { "notice: ""$($_.Summary)""" | Set-Content "$env:POSHACME_HOME/notice" # told
                } } }
    ) {
        $null = Register-PARenewalTask -Scheduler TaskScheduler -WarningAction SilentlyContinue @More
        $action = (Get-Fake).action
        $start = [Diagnostics.ProcessStartInfo]::new($action.Execute, $action.Arguments)
        $start.RedirectStandardError = $start.RedirectStandardOutput = $true
        $start.Environment.Remove('POSHACME_HOME')
        $process = [Diagnostics.Process]::Start($start)
        $errors = $process.StandardError.ReadToEnd()
        $process.WaitForExit()
        $process.ExitCode | Should -Be 1
        $errors | Should -BeLike 'PoshAcmeSharp: 1 failure: No ACME server configured*'
        Test-Path "$env:POSHACME_HOME/logs/renewal.log" | Should -BeTrue
        if ($More.Count) {
            Get-Content "$env:POSHACME_HOME/notice" | Should -BeLike 'notice: "PoshAcmeSharp: 1 failure: *"'
        }
    }

    It 'runs as an account with a password, which is given to the Task Scheduler alone' {
        $credential = [pscredential]::new('CORP\svc-acme', (ConvertTo-SecureString right -AsPlainText -Force))
        $task = Register-PARenewalTask -Scheduler TaskScheduler -Credential $credential
        $task.Account | Should -Be svc-acme
        Get-Content $env:FAKE_SCHEDULED_TASKS -Raw | Should -Not -Match right
        $null = Register-PARenewalTask -Scheduler TaskScheduler -Credential $credential
        Get-FakeCall | Should -HaveCount 2 -Because 'the password may be another one'
        Get-FakeCall | Select-Object -Last 1 | Should -BeLike '*Force*Password*User*'
    }

    It 'names a password that is wrong' {
        $credential = [pscredential]::new('CORP\svc-acme', (ConvertTo-SecureString wrong -AsPlainText -Force))
        { Register-PARenewalTask -Scheduler TaskScheduler -Credential $credential } | Should -Throw -ErrorId 'TaskSchedulerFailed,*' -ExpectedMessage '*user name or password is incorrect*'
    }

    It 'runs as a managed service account, and as the system' {
        $null = Register-PARenewalTask -Scheduler TaskScheduler -ManagedServiceAccount 'CORP\svc-acme$'
        (Get-Fake).principal | Select-Object UserId, LogonType | ConvertTo-Json -Compress | Should -Be '{"UserId":"svc-acme$","LogonType":"Password"}'
        { Register-PARenewalTask -Scheduler TaskScheduler -ManagedServiceAccount svc-acme -Force } | Should -Throw -ErrorId 'InvalidServiceAccount,*'
        $null = Register-PARenewalTask -Scheduler TaskScheduler -RunAsSystem -Force
        (Get-Fake).principal | Select-Object UserId, LogonType | ConvertTo-Json -Compress | Should -Be '{"UserId":"SYSTEM","LogonType":"ServiceAccount"}'
    }

    It 'stays as it is when it is the same, and changes with -Force' {
        $first = Register-PARenewalTask -Scheduler TaskScheduler -WarningAction SilentlyContinue
        (Register-PARenewalTask -Scheduler TaskScheduler).Schedule | Should -Be $first.Schedule
        Get-FakeCall | Should -HaveCount 1
        { Register-PARenewalTask -Scheduler TaskScheduler -AllAccounts } | Should -Throw -ErrorId 'TaskExists,*'
        (Register-PARenewalTask -Scheduler TaskScheduler -AllAccounts -Force -WarningAction SilentlyContinue).Script | Should -BeLike '*-AllAccounts*'
    }

    It 'leaves tasks of others alone' {
        Add-FakeTask poshacmesharp-renewal
        { Register-PARenewalTask -Scheduler TaskScheduler -Force -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'TaskNameTaken,*'
        Get-PARenewalTask -Scheduler TaskScheduler | Should -BeNullOrEmpty
        { Unregister-PARenewalTask -Scheduler TaskScheduler -ErrorAction Stop } | Should -Throw -ErrorId 'TaskNotFound,*'
    }

    It 'needs an administrator, and says so' {
        $env:FAKE_NOT_ELEVATED = 1
        { Register-PARenewalTask -Scheduler TaskScheduler -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'TaskSchedulerFailed,*' -ExpectedMessage '*Access is denied*'
    }

    It 'shows how it ran, and goes without a question' {
        $null = Register-PARenewalTask -Scheduler TaskScheduler -WarningAction SilentlyContinue
        Set-FakeTaskRun poshacmesharp-renewal ([datetime]'2026-01-02 03:04') 1
        $task = Get-PARenewalTask -Scheduler TaskScheduler
        $task.LastRun | Should -Be ([datetime]'2026-01-02 03:04')
        $task.LastResult | Should -Be 1
        $task.LogFile | Should -Be (Join-Path $env:POSHACME_HOME logs renewal.log)
        $task | Unregister-PARenewalTask
        Get-PARenewalTask -Scheduler TaskScheduler | Should -BeNullOrEmpty
    }

    It 'with -WhatIf changes nothing' {
        Register-PARenewalTask -Scheduler TaskScheduler -WhatIf | Should -BeNullOrEmpty
        Get-FakeCall | Should -BeNullOrEmpty
    }
}
