#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Submit-Renewal and Get-PARenewal against Pebble, which believes every challenge; the plugin WebRoot writes files that
# nobody looks at.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-Item "$TestDrive/web", "$TestDrive/other" -ItemType Directory

    function New-RenewableOrder([string] $Name, [hashtable] $More = @{}) {
        New-TestCertificate $pebble (@{ Domain = $Name; KeyLength = 'ec-256'; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } } + $More)
    }

    # Writes another value into order.json, as a hand or another program would.
    function Set-OrderMember([string] $Name, [string] $Member, [string] $Value) {
        $file = Join-Path (Get-PAOrder -Name $Name).Folder order.json
        (Get-Content $file -Raw) -replace "(""$Member"":\s*)""[^""]*""", "`$1""$Value""" | Set-Content $file
    }

    # An order whose next certificate the CA refuses to issue, while the present one is good.
    function Set-Blocked([string] $Name) {
        $file = Join-Path (Get-PAOrder -Name $Name).Folder order.json
        $json = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
        $json.SANs = @('blocked-domain.example')
        $json | ConvertTo-Json -Depth 9 | Set-Content $file
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Renewals' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble main
        # The dates of the orders decide here; the CA's advice is tested in RenewalInfo.Tests.ps1.
        Set-PAServer -DisableARI
        $null = New-PAAccount -AcceptTOS -ID first
    }

    Context 'Submit-Renewal' {
        It 'warns of an order that is not due, and writes nothing' {
            $null = New-RenewableOrder one.test
            $requests = @(Get-PebbleRequest $pebble).Count
            Submit-Renewal -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            "$warned" | Should -BeLike "Order 'one.test' is not recommended for renewal yet. The certificate is due at *"
            @(Get-PebbleRequest $pebble).Count | Should -Be $requests
        }

        It 'renews what is due in all orders, and nothing else' {
            foreach ($name in 'one.test', 'two.test', 'three.test') { $null = New-RenewableOrder $name }
            $former = Get-PACertificate two.test
            Set-OrderMember two.test RenewAfter '2020-01-01T00:00:00Z'
            $renewed = Submit-Renewal -AllOrders -WarningVariable warned -WarningAction SilentlyContinue
            $renewed.PSTypeNames | Should -Contain PoshACME.PACertificate
            $renewed.AllSANs | Should -Be two.test
            $renewed.Serial | Should -Not -Be $former.Serial
            (Get-PACertificate two.test).Serial | Should -Be $renewed.Serial
            $warned | Should -HaveCount 2
            (Get-PAOrder).Name | Should -Be three.test -Because 'the current order stays current'
        }

        It 'takes orders from the pipeline, each once' {
            foreach ($name in 'one.test', 'two.test') { $null = New-RenewableOrder $name }
            (Get-PAOrder -List | Submit-Renewal -Force).AllSANs | Sort-Object | Should -Be one.test, two.test
            @('one.test', 'one.test' | Submit-Renewal -Force) | Should -HaveCount 1
        }

        It 'renews certificates in the middle of a short life' {
            $short = Start-Pebble @{ AlwaysValid = $true; ValidityPeriodSeconds = 4 }
            try {
                Use-Pebble $short
                Set-PAServer -DisableARI
                $null = New-PAAccount -AcceptTOS
                $null = New-TestCertificate $short @{ Domain = 'short.test'; KeyLength = 'ec-256'; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
                Start-Sleep -Seconds 3
                (Submit-Renewal).AllSANs | Should -Be short.test
            }
            finally {
                Stop-Pebble $short
            }
        }

        It 'leaves out what needs somebody, unless somebody is there' {
            $null = New-TestCertificate $pebble @{ Domain = 'manual.test'; KeyLength = 'ec-256' }
            Submit-Renewal -Force -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            "$warned" | Should -BeLike "*manual.test*Manual*-NoSkipManualDns*"
        }

        It 'keeps new plugin arguments with the order' {
            $null = New-RenewableOrder args.test
            $null = Submit-Renewal -Force -PluginArgs @{ WRPath = "$TestDrive/other" }
            (Get-PAPluginArgs).WRPath | Should -Be "$TestDrive/other"
        }

        It 'says so when there is no such order' {
            { Submit-Renewal missing.test } | Should -Throw -ErrorId 'OrderNotFound,*'
            { Submit-Renewal } | Should -Throw -ErrorId 'NoOrder,*'
            $null = New-RenewableOrder one.test
            $renewed = 'missing.test', 'one.test' | Submit-Renewal -Force -ErrorVariable failed -ErrorAction SilentlyContinue
            $renewed.AllSANs | Should -Be one.test
            $failed.FullyQualifiedErrorId | Should -BeLike 'OrderNotFound,*'
        }

        It 'goes through all accounts of all servers, and switches none' {
            $null = New-RenewableOrder one.test
            $null = New-PAAccount -AcceptTOS -ID second -Force
            $null = New-RenewableOrder two.test
            $elsewhere = Start-Pebble @{ AlwaysValid = $true }
            Use-Pebble $elsewhere other
            $null = New-PAAccount -AcceptTOS
            $null = New-TestCertificate $elsewhere @{ Domain = 'three.test'; KeyLength = 'ec-256'; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
            Set-PAServer -Name main
            $before = Get-ChildItem $env:POSHACME_HOME -Recurse -Filter current-*.txt | ForEach-Object { "$_ $(Get-Content $_)" }
            @(Submit-Renewal -AllOrders -Force) | Should -HaveCount 1
            @(Submit-Renewal -AllAccounts -Force) | Should -HaveCount 2
            (Submit-Renewal -AllAccounts -AllServers -Force).AllSANs | Sort-Object | Should -Be one.test, three.test, two.test
            Get-ChildItem $env:POSHACME_HOME -Recurse -Filter current-*.txt | ForEach-Object { "$_ $(Get-Content $_)" } | Should -Be $before
        }

        It 'leaves an account out that was deactivated' {
            $null = New-RenewableOrder one.test
            $null = New-PAAccount -AcceptTOS -ID second -Force
            Set-PAAccount first -Deactivate -Force -NoSwitch
            $result = Submit-Renewal -AllAccounts -Force -PassThru
            $result.Status, $result.Reason | Should -Be 'Skipped', "The account 'first' is deactivated."
            Set-PAAccount first
            { Submit-Renewal -AllOrders } | Should -Throw -ErrorId 'AccountNotValid,*'
        }
    }

    Context 'Orders that fail' {
        BeforeEach {
            foreach ($name in 'a.test', 'b.test', 'c.test') { $null = New-RenewableOrder $name }
            Set-Blocked b.test
        }

        It 'are one error each, and stop no other' {
            $serial = (Get-PACertificate b.test).Serial
            $renewed = Submit-Renewal -AllOrders -Force -ErrorVariable failed -ErrorAction SilentlyContinue
            $renewed.AllSANs | Sort-Object | Should -Be a.test, c.test
            $failed | Should -HaveCount 1
            $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.rejectedIdentifier,*'
            $failed.TargetObject | Should -Be b.test
            "$failed" | Should -BeLike "The certificate of order 'b.test' was not renewed. *"
            (Get-PACertificate b.test).Serial | Should -Be $serial
        }

        It 'end the command when one was asked for, so that try and catch sees it' {
            $ErrorActionPreference = 'Continue'
            { Submit-Renewal b.test -Force } | Should -Throw -ErrorId 'AcmeProblem.rejectedIdentifier,*'
            Set-PAOrder b.test
            { Submit-Renewal -Force -ErrorAction Stop } | Should -Throw -ErrorId 'AcmeProblem.rejectedIdentifier,*'
            $result = Submit-Renewal -Force -PassThru -ErrorVariable failed 2>$null
            $result.Status | Should -Be Failed
            $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.rejectedIdentifier,*'
            Submit-Renewal b.test -Force -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        }

        It 'are one terminating error at the end with -ErrorAction Stop' {
            $serial = (Get-PACertificate c.test).Serial
            { Submit-Renewal -AllOrders -Force -ErrorAction Stop } | Should -Throw -ErrorId 'RenewalFailed,*' -ExpectedMessage '1 of 3 orders failed: b.test: *'
            (Get-PACertificate c.test).Serial | Should -Not -Be $serial
        }

        It 'are the same by $ErrorActionPreference' {
            { $ErrorActionPreference = 'Stop'; Submit-Renewal -AllOrders -Force } | Should -Throw -ErrorId 'RenewalFailed,*'
            @(Get-PACertificate -List | Where-Object NotBefore -GT (Get-Date).AddMinutes(-5)) | Should -HaveCount 3
        }

        It 'wait for their next try, which Get-PARenewal shows' {
            $null = Submit-Renewal b.test -Force -ErrorAction SilentlyContinue
            $shown = Get-PARenewal b.test
            $shown.Status, $shown.Failures, $shown.LastErrorId | Should -Be NotDue, 1, AcmeProblem.rejectedIdentifier
            $shown.LastError | Should -BeLike '*blocked-domain.example*'
            $shown.NextAttempt | Should -BeGreaterThan (Get-Date)
            $shown.NextAttempt | Should -BeLessThan (Get-Date).AddMinutes(2)
            Submit-Renewal b.test -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            "$warned" | Should -BeLike '*failed once, last with AcmeProblem.rejectedIdentifier*'
        }

        It 'make an exit code: <Script>' -ForEach @(
            @{ Script = 'Submit-Renewal -AllOrders -Force'; Code = 1 }
            @{ Script = 'Submit-Renewal -AllOrders -Force -ErrorAction Stop'; Code = 1 }
            @{ Script = 'try { Submit-Renewal -AllOrders -Force -ErrorAction Stop } catch { exit 7 }'; Code = 7 }
            @{ Script = 'Submit-Renewal a.test -Force'; Code = 0 }
            @{ Script = 'Submit-Renewal a.test'; Code = 0 }
            @{ Script = 'try { Submit-Renewal -AllOrders -ErrorAction Stop } catch { exit 7 }'; Code = 0 }
        ) {
            $null = Invoke-Child $Script
            $LASTEXITCODE | Should -Be $Code
        }

        It 'that are damaged are errors too' {
            Set-Content (Join-Path (Get-PAOrder b.test).Folder order.json) ''
            $null = Submit-Renewal -AllOrders -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'CorruptProfileFile,*'
        }
    }

    Context '-PassThru' {
        It 'writes an object for every order' {
            foreach ($name in 'due.test', 'early.test', 'broken.test') { $null = New-RenewableOrder $name }
            $null = New-TestCertificate $pebble @{ Domain = 'manual.test'; KeyLength = 'ec-256' }
            foreach ($name in 'due.test', 'broken.test', 'manual.test') { Set-OrderMember $name RenewAfter '2020-01-01T00:00:00Z' }
            Set-Blocked broken.test
            $results = @{}
            Submit-Renewal -AllOrders -PassThru -ErrorAction SilentlyContinue -WarningVariable warned | ForEach-Object { $results[$_.Name] = $_ }
            $warned | Should -BeNullOrEmpty
            $results.Count | Should -Be 4
            $results['due.test'].Status | Should -Be Renewed
            $results['due.test'].Certificate.AllSANs | Should -Be due.test
            $results['early.test'].Status | Should -Be NotDue
            $results['early.test'].NextAttempt | Should -BeGreaterThan (Get-Date).AddDays(30)
            $results['manual.test'].Status | Should -Be Skipped
            $results['broken.test'].Status | Should -Be Failed
            $results['broken.test'].Error.ErrorId | Should -Be AcmeProblem.rejectedIdentifier
            $results['broken.test'].Server, $results['broken.test'].Account | Should -Be main, first
        }

        It 'is shown as a table' {
            $null = New-RenewableOrder one.test
            $text = Submit-Renewal -PassThru | Out-String -Width 200
            $lines = ($text -replace "`e\[[0-9;]*m").Trim() -split "`r?`n"
            -split $lines[0] | Should -Be Name, Status, NextAttempt, Reason
        }
    }

    Context '-WhatIf' {
        It 'shows what would be renewed, and touches nothing' {
            foreach ($name in 'due.test', 'early.test') { $null = New-RenewableOrder $name }
            Set-OrderMember due.test RenewAfter '2020-01-01T00:00:00Z'
            $tree = Get-TreeState
            $requests = @(Get-PebbleRequest $pebble).Count
            $said = Invoke-Child 'Submit-Renewal -AllOrders -WhatIf -WarningAction SilentlyContinue'
            $said | Should -Be 'What if: Performing the operation "Renew the certificate" on target "due.test".'
            Get-TreeState | Should -Be $tree
            @(Get-PebbleRequest $pebble).Count | Should -Be $requests
        }
    }

    Context '-CsrProvider' {
        BeforeAll {
            function New-Request([string] $Name) {
                $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
                $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256')
                $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
                $names.AddDnsName($Name)
                $request.CertificateExtensions.Add($names.Build())
                $request.CreateSigningRequestPem()
            }

            function Get-PublicKey($Certificate) {
                $text = [IO.File]::ReadAllText($Certificate.CertFile)
                [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($text).GetPublicKeyString()
            }
        }

        It 'gives a fresh request, with the order at hand' {
            $former = New-TestCertificate $pebble @{ CSRPath = New-Request csr.test; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
            $formerKey = Get-PublicKey $former
            $seen = [Collections.Generic.List[string]]::new()
            $renewed = Submit-Renewal -Force -CsrProvider { param($order) $seen.Add("$($_.Name) $($order.MainDomain)"); New-Request $_.MainDomain }
            $seen | Should -Be 'csr.test csr.test'
            Get-PublicKey $renewed | Should -Not -Be $formerKey
        }

        It 'may give the path of a file' {
            $null = New-TestCertificate $pebble @{ CSRPath = New-Request file.test; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
            New-Request file.test | Set-Content "$TestDrive/file.test.csr"
            (Submit-Renewal -Force -CsrProvider { "$TestDrive/$($_.Name).csr" }).AllSANs | Should -Be file.test
        }

        It 'that fails is an error of its order' {
            $null = New-TestCertificate $pebble @{ CSRPath = New-Request csr.test; Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive/web" } }
            Submit-Renewal -Force -CsrProvider { throw 'the safe is locked' } -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            "$failed" | Should -BeLike "*csr.test*the safe is locked*"
        }
    }

    Context 'Get-PARenewal' {
        It 'shows what is due and when, and changes nothing' {
            foreach ($name in 'due.test', 'early.test') { $null = New-RenewableOrder $name }
            Set-OrderMember due.test RenewAfter '2020-01-01T00:00:00Z'
            $tree = Get-TreeState
            $shown = Get-PARenewal -AllOrders
            $shown.Name | Should -Be due.test, early.test
            $shown.Status | Should -Be Due, NotDue
            $shown[1].RenewAfter | Should -Be $shown[1].NextAttempt
            $shown[1].CertExpires | Should -Be (Get-PACertificate early.test).NotAfter
            $null = Get-PARenewal -AllAccounts -AllServers -Refresh
            Get-TreeState | Should -Be $tree
            -split (($shown | Out-String -Width 200).Trim() -replace "`e\[[0-9;]*m" -split "`r?`n")[0] | Should -Be Name, Status, NextAttempt, Reason
        }

        It 'finds an order by main domain and name, and its objects go on to other commands' {
            $null = New-RenewableOrder find.test @{ Name = 'other' }
            (Get-PARenewal find.test).Name | Should -Be other
            (Get-PARenewal -Name other | Get-PAOrder).MainDomain | Should -Be find.test
            { Get-PARenewal missing.test } | Should -Throw -ErrorId 'OrderNotFound,*'
        }
    }
}
