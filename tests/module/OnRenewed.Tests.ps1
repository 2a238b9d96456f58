#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# -OnRenewed of New-PACertificate and Submit-Renewal against Pebble, which believes every challenge.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-Item "$TestDrive/web" -ItemType Directory
    $web = @{ CertKeyLength = 'ec-256'; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" }; DnsSleep = 0 }

    function Get-HookFile([string] $Name) {
        Join-Path (Get-PAOrder -Name $Name).Folder hook.json
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe '-OnRenewed' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble main
        Set-PAServer -DisableARI
        $null = New-PAAccount -AcceptTOS -ID first
        $seen = [Collections.Generic.List[object]]::new()
    }

    Context 'of New-PACertificate' {
        It 'gets the first certificate as $_ and as its argument, in the session of the caller' {
            function Get-Here { 'a function of the caller' }
            $certificate = New-PACertificate one.test @web -OnRenewed { param($given) $seen.Add($_); $seen.Add($given); $seen.Add((Get-Here)) }
            @($certificate) | Should -HaveCount 1
            $seen[0].PSTypeNames | Should -Contain PoshACME.PACertificate
            $seen[0].Thumbprint, $seen[1].Thumbprint, $seen[2] | Should -Be $certificate.Thumbprint, $certificate.Thumbprint, 'a function of the caller'
            Get-HookFile one.test | Should -Not -Exist
        }

        It 'is not run for a certificate that is not due' {
            $null = New-PACertificate one.test @web
            New-PACertificate one.test @web -OnRenewed { $seen.Add($_) } -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            $seen | Should -HaveCount 0
        }

        It 'that fails is an error beside the certificate, and runs again without another issuance' {
            $certificate = New-PACertificate one.test @web -OnRenewed { throw 'the server is away' } -ErrorVariable failed -ErrorAction SilentlyContinue
            $certificate.AllSANs | Should -Be one.test
            $failed.FullyQualifiedErrorId | Should -BeLike 'HookFailed,*'
            $failed.TargetObject | Should -Be one.test
            "$failed" | Should -BeLike "*'one.test'*the server is away*"
            $requests = @(Get-PebbleRequest $pebble | Where-Object { $_ -like 'POST*' }).Count
            $null = New-PACertificate one.test @web -OnRenewed { $seen.Add($_.Thumbprint) } -WarningAction SilentlyContinue
            $seen | Should -Be $certificate.Thumbprint
            @(Get-PebbleRequest $pebble | Where-Object { $_ -like 'POST*' }).Count | Should -Be $requests
            Get-HookFile one.test | Should -Not -Exist
        }

        It 'ends the command when a failure is to' {
            { New-PACertificate one.test @web -OnRenewed { throw 'no' } -ErrorAction Stop } | Should -Throw -ErrorId 'HookFailed,*'
            Get-HookFile one.test | Should -Exist
        }

        It 'runs for each order of the pipeline, and one that fails stops no other' {
            $names = 'a.test', 'b.test', 'c.test'
            $issued = $names | New-PACertificate @web -ErrorVariable failed -ErrorAction SilentlyContinue -OnRenewed {
                if ($_.AllSANs -eq 'b.test') { throw 'not b' }
                $seen.Add($_.AllSANs)
            }
            $issued | Should -HaveCount 3
            $seen | Sort-Object | Should -Be a.test, c.test
            $failed.TargetObject | Should -Be b.test
            (Get-PARenewal -AllOrders | Where-Object HookPending).Name | Should -Be b.test
        }

        It 'leaves only certificates in the output, and the rest in the information stream' {
            $written = New-PACertificate one.test @web -OnRenewed { 'a line'; 42 } -InformationVariable told
            @($written) | Should -HaveCount 1
            $told.MessageData | Should -Be 'a line', 42
            $told[0].Tags | Should -Contain OnRenewed
        }

        It 'passes on an error that is only written' {
            $null = New-PACertificate one.test @web
            $said = Invoke-Child "`$null = Submit-Renewal one.test -Force -OnRenewed { Write-Error 'just so'; Set-Content '$TestDrive/wenton' x }"
            "$said" | Should -BeLike '*just so*'
            "$TestDrive/wenton" | Should -Exist
            Get-HookFile one.test | Should -Not -Exist
        }

        # In a process of its own: around a test is a try, in which errors do that anyway.
        It 'fails when an error ends one of its commands: <Script>' -ForEach @(
            @{ Script = '& { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new([Exception]::new("away"), "Away", "NotSpecified", $null)) }'; Error = 'away' }
            @{ Script = '1 / 0'; Error = 'Attempted to divide by zero.' }
        ) {
            $null = New-PACertificate one.test @web
            $said = Invoke-Child "`$null = Submit-Renewal -AllOrders -Force -OnRenewed { $Script; Set-Content '$TestDrive/$($Error.Length)' x }"
            "$TestDrive/$($Error.Length)" | Should -Not -Exist
            (Get-PARenewal one.test).LastHookError | Should -Be $Error
            "$said" | Should -BeLike "*-OnRenewed failed for it: $Error*"
        }

        It 'fails when its own preference makes an error end it' {
            $null = New-PACertificate one.test @web -ErrorVariable failed -ErrorAction SilentlyContinue -OnRenewed { $ErrorActionPreference = 'Stop'; Get-Item "$TestDrive/none"; $seen.Add('went on') }
            $failed.FullyQualifiedErrorId | Should -Contain 'HookFailed,PoshAcmeSharp.PowerShell.Certificates.NewPACertificateCommand'
            $seen | Should -HaveCount 0
        }

        It 'may use the commands of the module for its order' {
            $null = New-PACertificate one.test @web -OnRenewed { Set-PAOrder -Name one.test -FriendlyName other; $seen.Add((Get-PACertificate one.test).Thumbprint) }
            (Get-PAOrder one.test).FriendlyName | Should -Be other
            $seen | Should -Be (Get-PACertificate one.test).Thumbprint
        }

        It 'does not wait for itself when it calls for a script for its own order' {
            function Update-Again { Submit-Renewal one.test -Force -OnRenewed { $seen.Add('inner') } }
            $null = New-PACertificate one.test @web -OnRenewed { Update-Again } -ErrorVariable failed -ErrorAction SilentlyContinue
            "$failed" | Should -BeLike "*has itself called a command with -OnRenewed*"
            $seen | Should -HaveCount 0
            $null = Submit-Renewal one.test -OnRenewed { $seen.Add($_.Thumbprint) } -WarningAction SilentlyContinue
            $seen | Should -Be (Get-PACertificate one.test).Thumbprint
        }
    }

    Context 'of Submit-Renewal' {
        BeforeEach {
            foreach ($name in 'a.test', 'b.test') { $null = New-PACertificate $name @web }
        }

        It 'runs for what was renewed, and for nothing else' {
            $renewed = Submit-Renewal a.test -Force -OnRenewed { $seen.Add($_.Thumbprint) }
            $seen | Should -Be $renewed.Thumbprint
            Submit-Renewal -AllOrders -OnRenewed { $seen.Add($_.Thumbprint) } -WarningAction SilentlyContinue
            $seen | Should -HaveCount 1
        }

        It 'that failed runs again when nothing is due, with the newest certificate' {
            $null = Submit-Renewal a.test -Force -OnRenewed { throw 'no' } -ErrorAction SilentlyContinue
            $newest = Submit-Renewal a.test -Force -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike "*-OnRenewed has not yet run to its end*'a.test'*"
            Submit-Renewal -AllOrders -OnRenewed { $seen.Add($_.Thumbprint) } -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            $seen | Should -Be $newest.Thumbprint
            Submit-Renewal -AllOrders -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -Not -BeLike '*OnRenewed*'
        }

        It 'that is empty ends what is pending' {
            $null = Submit-Renewal a.test -Force -OnRenewed { throw 'no' } -ErrorAction SilentlyContinue
            Submit-Renewal a.test -OnRenewed {} -WarningAction SilentlyContinue
            (Get-PARenewal a.test).HookPending | Should -BeFalse
        }

        It 'that fails is shown by Get-PARenewal, and no code is kept' {
            $null = Submit-Renewal a.test -Force -OnRenewed { throw 'the server is away' } -ErrorAction SilentlyContinue
            $shown = Get-PARenewal a.test
            $shown.HookPending, $shown.HookFailures, $shown.LastHookError | Should -Be $true, 1, 'the server is away'
            $shown.HookSince | Should -BeGreaterThan (Get-Date).AddMinutes(-5)
            (Get-PARenewal b.test).HookPending | Should -BeFalse
            Get-ChildItem $env:POSHACME_HOME -Recurse -File | Select-String 'throw' | Should -BeNullOrEmpty
        }

        It 'counts like a failed renewal: one error each, one at the end with Stop, an exit code' {
            $ErrorActionPreference = 'Continue'
            $null = Submit-Renewal -AllOrders -Force -OnRenewed { throw 'no' } -ErrorVariable failed 2>$null
            $failed.TargetObject | Sort-Object -Unique | Should -Be a.test, b.test
            { Submit-Renewal -AllOrders -OnRenewed { throw 'no' } -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'HookFailed,*' -ExpectedMessage "*'a.test'*'b.test'*"
            { Submit-Renewal a.test -OnRenewed { throw 'no' } -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'HookFailed,*'
            $null = Invoke-Child "try { Submit-Renewal -AllOrders -OnRenewed { throw 'no' } -ErrorAction Stop } catch { exit 7 }"
            $LASTEXITCODE | Should -Be 7
            (Get-PARenewal b.test).HookFailures | Should -Be 3
        }

        It 'is told of by -PassThru' {
            $results = Submit-Renewal -AllOrders -Force -PassThru -OnRenewed { if ($_.AllSANs -eq 'b.test') { throw 'no' } } -ErrorAction SilentlyContinue
            ($results | Sort-Object Name).Hook | Should -Be Done, Failed
            ($results | Sort-Object Name).Status | Should -Be Renewed, Renewed
            (Submit-Renewal -AllOrders -PassThru -WarningAction SilentlyContinue | Sort-Object Name).Hook | Should -Be None, Pending
        }

        It 'only says with -WhatIf what it would do' {
            $null = Submit-Renewal a.test -Force -OnRenewed { throw 'no' } -ErrorAction SilentlyContinue
            $tree = Get-TreeState
            $said = @(Invoke-Child "Submit-Renewal -AllOrders -WhatIf -WarningAction SilentlyContinue -OnRenewed { Set-Content '$TestDrive/ran' x }")
            $said | Should -Be 'What if: Performing the operation "Run the script of -OnRenewed" on target "a.test".'
            $said = @(Invoke-Child "Submit-Renewal b.test -Force -WhatIf -OnRenewed { Set-Content '$TestDrive/ran' x }")
            $said[1] | Should -Be 'What if: Performing the operation "Run the script of -OnRenewed" on target "b.test".'
            Get-TreeState | Should -Be $tree
            "$TestDrive/ran" | Should -Not -Exist
        }

        It 'stays pending when it is killed, or stopped, in the middle' {
            $null = Invoke-Child 'Submit-Renewal a.test -Force -OnRenewed { [Environment]::FailFast("gone") }'
            (Get-PARenewal a.test).HookPending | Should -BeTrue

            $shell = [powershell]::Create().AddScript("Import-Module '$($module.Path)'; Submit-Renewal b.test -Force -OnRenewed { Set-Content '$TestDrive/began' x; Start-Sleep 60 }")
            $running = $shell.BeginInvoke()
            $deadline = [DateTime]::UtcNow.AddSeconds(60)
            while (-not (Test-Path "$TestDrive/began") -and [DateTime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 50 }
            $shell.Stop()
            $shell.Dispose()
            (Get-PARenewal b.test).HookPending, (Get-PARenewal b.test).HookFailures | Should -Be $true, 0

            Submit-Renewal -AllOrders -OnRenewed { $seen.Add($_.AllSANs) } -WarningAction SilentlyContinue
            $seen | Sort-Object | Should -Be a.test, b.test
        }

        It 'runs once when two processes renew at the same time' {
            $script = "`$null = Submit-Renewal a.test -OnRenewed { Add-Content '$TestDrive/runs' `$_.Thumbprint; Start-Sleep 2 } -WarningAction SilentlyContinue"
            $file = Join-Path (Get-PAOrder a.test).Folder order.json
            (Get-Content $file -Raw) -replace '("RenewAfter":\s*)"[^"]*"', '$1"2020-01-01T00:00:00Z"' | Set-Content $file
            $jobs = 1..2 | ForEach-Object { [powershell]::Create().AddScript("Import-Module '$($module.Path)'; $script") } | ForEach-Object { [pscustomobject]@{ Shell = $_; Run = $_.BeginInvoke() } }
            foreach ($job in $jobs) {
                $null = $job.Run.AsyncWaitHandle.WaitOne(120000)
                $job.Shell.Streams.Error | Should -BeNullOrEmpty
                $job.Shell.Dispose()
            }
            Get-Content "$TestDrive/runs" | Should -Be (Get-PACertificate a.test).Thumbprint
        }
    }
}
