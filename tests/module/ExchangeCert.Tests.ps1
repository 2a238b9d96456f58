#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Import-ExchangeCert against the fake of Exchange's commands: what they are given and how their answers are read. The rules
# themselves are tested without PowerShell.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    . "$PSScriptRoot/Fixtures/Certificates.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/Fakes/FakeExchange.psm1"
    $saved = $env:FAKE_EXCHANGE_STATE, $env:POSHACME_HOME

    $ca = New-TestCa
    $leaf = New-TestLeaf $ca mail.corp.test, autodiscover.corp.test
    $next = New-TestLeaf $ca mail.corp.test, autodiscover.corp.test -Days 90
    $name = '<I>CN=Test CA<S>CN=mail.corp.test'
    $pfxFile = "$TestDrive/mail.pfx"
    [IO.File]::WriteAllBytes($pfxFile, (ConvertTo-TestPfx $leaf $ca))

    function Get-Change {
        Get-FakeExchangeCall | Where-Object Command -NotLike 'Get-*'
    }

    function Get-Default([string] $Server) {
        (Get-TransportService $Server).InternalTransportCertificateThumbprint
    }

    function Get-TreeText {
        (Get-ChildItem $env:POSHACME_HOME -Recurse -File | Sort-Object FullName | ForEach-Object { "$($_.FullName) $((Get-FileHash $_.FullName).Hash)" }) -join "`n"
    }
}

AfterAll {
    $env:FAKE_EXCHANGE_STATE, $env:POSHACME_HOME = $saved
    Remove-Module FakeExchange
}

Describe 'Import-ExchangeCert' {
    BeforeEach {
        $env:POSHACME_HOME = "$TestDrive/$([guid]::NewGuid().ToString('N'))"
        New-TestProfile $env:POSHACME_HOME
        Set-TestOrder $env:POSHACME_HOME $ca $leaf mail.corp.test
        New-FakeExchange -Path "$TestDrive/exchange.json"
        $defaults = @{ EX1 = Get-Default EX1; EX2 = Get-Default EX2 }
        Clear-FakeExchangeCall
        $both = @{ Server = 'EX1', 'EX2' }
    }

    It 'brings a certificate to two servers, and the default SMTP certificate stays' {
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both
        $results.Server | Should -Be EX1, EX2
        $results.Status | Should -Be Done, Done
        $results[0].Thumbprint | Should -Be $leaf.Thumbprint
        $results[0].Services | Should -Be IIS, SMTP
        $results[0].Steps.Name | Should -Be Import, Check, Enable, EnableSmtp, KeepDefaultSmtp
        $results[0].Steps[0].Outcome | Should -BeExactly Done
        $results[0].Error | Should -BeNullOrEmpty
        foreach ($server in 'EX1', 'EX2') {
            (Get-ExchangeCertificate $leaf.Thumbprint -Server $server).HasPrivateKey | Should -BeTrue
            (Get-ExchangeCertificate $leaf.Thumbprint -Server $server).Services | Should -Be 'IIS, SMTP'
            Get-Default $server | Should -Be $defaults[$server]
        }
        Get-FakeExchangeCall | Where-Object Outcome -NE Done | Should -BeNullOrEmpty
    }

    It 'gives Exchange bytes, a secure password and no file name' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -FriendlyName 'Mail 2026' -NotExportable
        $import = (Get-FakeExchangeCall Import-ExchangeCertificate).Parameters
        $import.FileData | Should -BeLike '(* bytes)'
        $import.Password | Should -Be '(secret)'
        $import.FriendlyName | Should -Be 'Mail 2026'
        $import.PrivateKeyExportable | Should -Be False
        $import.PSObject.Properties.Name | Should -Not -Contain FileName
        (Get-FakeExchangeKey EX1 $leaf.Thumbprint).Exportable | Should -BeFalse
    }

    It 'calls nothing of Exchange the second time' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -SendConnector 'Internet Mail' -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike 'EX1: *client authentication*'
        Clear-FakeExchangeCall
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -SendConnector 'Internet Mail'
        $results.Status | Should -Be AlreadyDone, AlreadyDone
        Get-FakeExchangeCall | Should -BeNullOrEmpty
    }

    It '-Verify looks at what is recorded, also where services and status are numbers that only know their text' {
        New-FakeExchange -Path "$TestDrive/exchange.json" -RawEnums
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert @both
        Clear-FakeExchangeCall
        (Get-PACertificate mail.corp.test | Import-ExchangeCert @both -Verify).Status | Should -Be AlreadyDone, AlreadyDone
        Get-FakeExchangeCall | Should -Not -BeNullOrEmpty
        Get-Change | Should -BeNullOrEmpty
    }

    It 'goes on where a server failed, which is a result and an error, and stops no other' {
        Set-FakeExchangeFailure Enable-ExchangeCertificate EX1
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -ErrorVariable errors -ErrorAction SilentlyContinue
        $results.Status | Should -Be Failed, Done
        $results[0].Error | Should -BeLike "Enable-ExchangeCertificate failed on server 'EX1': *did not answer in time*"
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ExchangeCommandFailed,*'
        $errors[0].TargetObject | Should -Be EX1
        Clear-FakeExchangeCall

        (Get-PACertificate mail.corp.test | Import-ExchangeCert @both).Status | Should -Be Done, AlreadyDone
        (Get-Change).Server | Select-Object -Unique | Should -Be EX1
        (Get-Change).Command | Should -Not -Contain Import-ExchangeCertificate
    }

    It 'tries all servers also with -ErrorAction Stop, and then names all that failed' {
        Set-FakeExchangeServer EX1 -Reachable $false
        { Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1, EX9, EX2 -ErrorAction Stop } | Should -Throw '*2 servers: EX1: *RPC server is unavailable*; EX9: *'
        (Get-ExchangeCertificate $leaf.Thumbprint -Server EX2).Thumbprint | Should -Be $leaf.Thumbprint
    }

    It 'says what an account without rights is refused' {
        Set-FakeExchangeServer EX1 -AccessDenied $true
        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $result.Error | Should -BeLike '*Access is denied*'
        $errors[0].CategoryInfo.Category | Should -Be PermissionDenied
    }

    It 'repairs the default SMTP certificate after a run that failed before it was the default again' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -Services IIS
        # The call that would make the former certificate the default again fails.
        function Enable-ExchangeCertificate {
            [CmdletBinding(SupportsShouldProcess)]
            param($Thumbprint, $Server, $Services, [switch] $Force)
            if ($Thumbprint -eq $defaults.EX1) { throw 'killed' }
            FakeExchange\Enable-ExchangeCertificate @PSBoundParameters
        }
        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -ErrorAction SilentlyContinue
        Remove-Item Function:Enable-ExchangeCertificate
        $result.Steps[-1].Name | Should -Be KeepDefaultSmtp
        $result.Steps[-1].Outcome | Should -Be Failed
        Get-Default EX1 | Should -Be $leaf.Thumbprint

        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1
        $result.Status | Should -Be Done
        Get-Default EX1 | Should -Be $defaults.EX1
    }

    It 'leaves SMTP undone where the default cannot be read, and says how to go on; -ReplaceDefaultSmtp does' {
        Set-FakeExchangeServer EX1 -HideDefault $true
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike 'EX1: *could not be checked*'
        Set-TestOrder $env:POSHACME_HOME $ca $next mail.corp.test
        Remove-Item "$env:POSHACME_HOME/test-server/main/mail.corp.test/deployments.json"
        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'DefaultSmtpUnknown,*'
        $errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ReplaceDefaultSmtp*'
        (Get-ExchangeCertificate $next.Thumbprint -Server EX1).Services | Should -Be IIS

        (Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -ReplaceDefaultSmtp).Status | Should -Be Done
        Set-FakeExchangeServer EX1 -HideDefault $false
        Get-Default EX1 | Should -Be $next.Thumbprint
    }

    It 'binds the connectors that are named, and removes what the certificate follows' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert @both
        Set-TestOrder $env:POSHACME_HOME $ca $next mail.corp.test
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -ReceiveConnector 'Default Frontend EX1', 'EX2\Default Frontend EX2' -RemoveOld -WarningAction SilentlyContinue
        $results.Status | Should -Be Done, Done
        (Get-ReceiveConnector | Where-Object TlsCertificateName).Identity | Should -Be 'EX1\Default Frontend EX1', 'EX2\Default Frontend EX2'
        (Get-ReceiveConnector 'EX1\Default Frontend EX1').TlsCertificateName | Should -BeExactly $name
        (Get-SendConnector).TlsCertificateName | Should -BeNullOrEmpty
        foreach ($server in 'EX1', 'EX2') {
            (Get-ExchangeCertificate -Server $server).Thumbprint | Should -Not -Contain $leaf.Thumbprint
            Get-ExchangeCertificate -Server $server | Should -HaveCount 4
        }
    }

    It 'keeps what a send connector is bound to, with a warning' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -SendConnector 'Internet Mail' -WarningAction SilentlyContinue
        Set-TestOrder $env:POSHACME_HOME $ca $next mail.corp.test
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -RemoveOld -WarningVariable warnings -WarningAction SilentlyContinue
        $results.Status | Should -Be Done, Done
        "$($warnings[0])" | Should -Be "EX1: The former certificate $($leaf.Thumbprint) stays: a send connector is bound to its issuer and subject."
        Get-FakeExchangeCall Remove-ExchangeCertificate | Should -BeNullOrEmpty
    }

    It 'names a connector that is not there' {
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -SendConnector Nowhere -ErrorVariable errors -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ConnectorNotFound,*'
        $results[0].Error | Should -BeLike "*'Nowhere'*"
        $results[1].Status | Should -Be Done
    }

    It 'takes a PFX file, and looks at the servers each time' {
        $import = @{ PfxFile = $pfxFile; PfxPass = 'pw'; Server = 'EX1' }
        (Import-ExchangeCert @import).Status | Should -Be Done
        Clear-FakeExchangeCall
        (Import-ExchangeCert @import).Status | Should -Be AlreadyDone
        Get-FakeExchangeCall | Should -Not -BeNullOrEmpty
        Get-ChildItem $env:POSHACME_HOME -Recurse -Filter deployments.json | Should -BeNullOrEmpty
    }

    It 'takes a thumbprint as it is copied from a window' {
        $null = Import-ExchangeCert -PfxFile $pfxFile -PfxPass pw -Server EX1 -Services IIS
        $copied = [char]0x200E + ($leaf.Thumbprint.ToLowerInvariant() -replace '..', '$0 ')
        (Import-ExchangeCert -Thumbprint $copied -Server EX1 -Services POP).Status | Should -Be Done
        (Get-ExchangeCertificate $leaf.Thumbprint -Server EX1).Services | Should -Be 'POP, IIS'
        { Import-ExchangeCert -Thumbprint xyz } | Should -Throw -ErrorId 'InvalidThumbprint,*'
    }

    It 'goes back to a certificate that the server has' {
        $null = Import-ExchangeCert -Thumbprint $defaults.EX1 -Server EX1 -Services IIS
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1
        (Import-ExchangeCert -Thumbprint $defaults.EX1 -Server EX1 -Services IIS).Status | Should -Be Done
        (Get-ExchangeCertificate $defaults.EX1 -Server EX1).Services | Should -BeLike '*IIS*'
    }

    It 'refuses <What> before any server is asked, in the result of each server' -ForEach @(
        @{ What = 'a wrong password'; Id = 'WrongPfxPassword'; Pass = 'wrong' }
        @{ What = 'a file that is not there'; Id = 'FileNotReadable'; File = 'missing.pfx' }
        @{ What = 'a file without a password'; Id = 'PfxPasswordEmpty'; Make = { ConvertTo-TestPfx $leaf $ca '' }; Pass = '' }
        @{ What = 'an elliptic curve key'; Id = 'EcKeyRefused'; Make = { ConvertTo-TestPfx (New-TestLeaf $ca mail.corp.test -Curve nistP256) $ca } }
        @{ What = 'an expired certificate'; Id = 'CertificateExpired'; Make = { ConvertTo-TestPfx (New-TestLeaf $ca mail.corp.test -Days -1) $ca } }
        @{ What = 'an empty subject for a connector'; Id = 'ConnectorNeedsSubject'; Make = { ConvertTo-TestPfx (New-TestLeaf $ca mail.corp.test -Subject '') $ca }; More = @{ SendConnector = 'Internet Mail' } }
    ) {
        $path = if ($File) { "$TestDrive/$File" } elseif ($Make) { "$TestDrive/made.pfx" } else { $pfxFile }
        if ($Make) {
            [IO.File]::WriteAllBytes($path, (& $Make))
        }
        $secret = if ($null -eq $Pass) { 'pw' } else { $Pass }
        $given = if ($More) { $More } else { @{} }
        $results = Import-ExchangeCert -PfxFile $path -PfxPass $secret @both @given -ErrorVariable errors -ErrorAction SilentlyContinue
        $results.Status | Should -Be Failed, Failed
        $results[1].Steps[0].Name | Should -Be Certificate
        $errors.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $errors | Should -HaveCount 2
        Get-FakeExchangeCall | Should -BeNullOrEmpty
    }

    It 'stops before a service uses a certificate whose chain is missing' {
        $path = "$TestDrive/alone.pfx"
        [IO.File]::WriteAllBytes($path, (ConvertTo-TestPfx $leaf))
        $result = Import-ExchangeCert -PfxFile $path -PfxPass pw -Server EX1 -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        $result.Error | Should -BeLike "*status 'Untrusted'*"
        $warnings | Should -BeLike '*fullchain.pfx*'
        Get-FakeExchangeCall Enable-ExchangeCertificate | Should -BeNullOrEmpty
    }

    It 'warns where revocation cannot be checked' {
        Set-FakeExchangeServer EX1 -Status RevocationCheckFailure
        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -WarningVariable warnings -WarningAction SilentlyContinue
        $result.Status | Should -Be Done
        $warnings | Should -BeLike 'EX1: *RevocationCheckFailure*'
    }

    It '-WhatIf shows every step of every server and changes nothing, there or on disk' {
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1
        Set-TestOrder $env:POSHACME_HOME $ca $next mail.corp.test
        $before = (Get-FakeExchangeState), (Get-TreeText)
        Clear-FakeExchangeCall
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both -SendConnector 'Internet Mail' -RemoveOld -Probe -WhatIf 6>$null -WarningAction SilentlyContinue
        $results.Status | Should -Be WhatIf, WhatIf
        ($results[0].Steps | Where-Object Outcome -EQ WhatIf).Name | Should -Be Import, Check, Enable, EnableSmtp, KeepDefaultSmtp, SendConnector, Probe, Probe, RemoveOld
        Get-Change | Should -BeNullOrEmpty
        (Get-FakeExchangeState), (Get-TreeText) | Should -Be $before
    }

    It '$WhatIfPreference is the same' {
        $before = Get-FakeExchangeState
        $WhatIfPreference = $true
        (Get-PACertificate mail.corp.test | Import-ExchangeCert @both 6>$null).Status | Should -Be WhatIf, WhatIf
        Get-FakeExchangeState | Should -Be $before
    }

    It 'asks for nothing in a session where every change is confirmed' {
        $ConfirmPreference = 'Low'
        (Get-PACertificate mail.corp.test | Import-ExchangeCert @both -Confirm:$false).Status | Should -Be Done, Done
        (Get-FakeExchangeCall).Outcome | Should -Not -Contain WouldHaveAsked
    }

    It 'takes a certificate from a job and one per pipeline object' {
        Set-TestOrder $env:POSHACME_HOME $ca (New-TestLeaf $ca web.corp.test) web.corp.test
        $certificates = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@(Get-PACertificate -List)))
        # A password does not come along outside of Windows.
        $certificates | Where-Object { $_.PfxPass -isnot [securestring] } | ForEach-Object { $_.PfxPass = 'pw' }
        ($certificates | Import-ExchangeCert -Server EX1 -Services POP).Status | Should -Be Done, Done
    }

    It 'refuses <Service>: <Why>' -ForEach @(
        @{ Service = 'Federation'; Why = '*Set-FederationTrust*' }
        @{ Service = 'Mail'; Why = '*IIS, SMTP, POP, IMAP, UM, UMCallRouter*' }
    ) {
        { Import-ExchangeCert -Thumbprint $defaults.EX1 -Services $Service } | Should -Throw $Why
    }

    It 'names a service that the server does not know, and does the others next time' {
        $result = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1 -Services UM -ErrorAction SilentlyContinue
        $result.Error | Should -BeLike '*start-up mode is TCP*'
        (Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1).Status | Should -Be Done
    }

    It 'completes the services' {
        (TabExpansion2 'Import-ExchangeCert -Services UM').CompletionMatches.CompletionText | Should -Be UM, UMCallRouter
    }

    It 'needs a certificate' {
        { Import-ExchangeCert -Server EX1 } | Should -Throw -ErrorId 'NoCertificate,*'
    }

    It 'fits 80 columns as a table, and shows the steps as a list' {
        $results = Get-PACertificate mail.corp.test | Import-ExchangeCert @both
        $lines = ($results | Out-String -Width 80) -split '\r?\n'
        $lines[1] | Should -Match 'Server +Status +Services +Steps'
        $results[0] | Format-List | Out-String -Width 200 | Should -BeLike "*Steps*Import: Done. Import the certificate $($leaf.Thumbprint)*KeepDefaultSmtp: Done*"
    }
}

Describe 'Without the commands of Exchange' {
    BeforeAll {
        $env:POSHACME_HOME = "$TestDrive/without"
        New-TestProfile $env:POSHACME_HOME
        Set-TestOrder $env:POSHACME_HOME $ca $leaf mail.corp.test

        function Invoke-Alone([string] $Script) {
            $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
            try {
                $null = $shell.AddScript("Import-Module '$($module.Path)'; $Script")
                $shell.Invoke()
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    It 'there is one error that says how to get them' {
        $caught = Invoke-Alone 'try { Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1, EX2 } catch { $_ }'
        $caught | Should -HaveCount 1
        $caught.FullyQualifiedErrorId | Should -BeLike 'ExchangeCommandsNotFound,*'
        $caught.ErrorDetails.RecommendedAction | Should -BeLike '*Exchange Management Shell*Import-PSSession*'
    }

    It 'a session that lacks some of them has an account without rights' {
        $caught = Invoke-Alone 'function Get-ExchangeCertificate {}; try { Get-PACertificate mail.corp.test | Import-ExchangeCert } catch { $_ }'
        "$caught" | Should -BeLike '*lacks Import-ExchangeCertificate, Enable-ExchangeCertificate*'
    }

    It 'servers that are recorded as done need none' {
        New-FakeExchange -Path "$TestDrive/exchange.json"
        $null = Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1, EX2
        (Invoke-Alone 'Get-PACertificate mail.corp.test | Import-ExchangeCert -Server EX1, EX2').Status | Should -Be AlreadyDone, AlreadyDone
    }
}
