#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What other tests rely on: the fakes of Exchange's and IIS's commands refuse what the real ones refuse.

BeforeAll {
    $fakes = "$PSScriptRoot/Support/Fakes"
    Import-Module "$fakes/FakeExchange.psm1", "$fakes/FakeWebAdministration.psm1", "$fakes/FakeIISAdministration.psm1"
    $savedStates = $env:FAKE_EXCHANGE_STATE, $env:FAKE_IIS_STATE

    # A certificate of a CA with its key, as a PFX with the chain.
    function New-Pfx([string] $Name = 'mail.corp.test', [string] $Password = 'pw', [string] $Curve) {
        $now = [DateTimeOffset]::Now
        $request = { [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$($args[0])", $args[1], 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1) }
        $caRequest = & $request 'Test CA' ([Security.Cryptography.RSA]::Create(2048))
        $caRequest.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $ca = $caRequest.CreateSelfSigned($now.AddDays(-1), $now.AddDays(30))
        $generator = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForRSA([Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($ca), [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        if ($Curve) {
            $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve]::CreateFromFriendlyName($Curve))
            $leafRequest = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256')
            $leaf = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($leafRequest.Create($ca.SubjectName, $generator, $now.AddDays(-1), $now.AddDays(20), [byte[]](1, 2)), $key)
        }
        else {
            $key = [Security.Cryptography.RSA]::Create(2048)
            $leaf = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey((& $request $Name $key).Create($ca, $now.AddDays(-1), $now.AddDays(20), [byte[]](1, 2)), $key)
        }
        $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new($leaf)
        $null = $all.Add([Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadCertificate($ca.RawData))
        [pscustomobject]@{ Bytes = $all.Export('Pfx', $Password); Thumbprint = $leaf.Thumbprint; Name = "<I>CN=Test CA<S>CN=$Name" }
    }

    $password = ConvertTo-SecureString pw -AsPlainText -Force
}

AfterAll {
    $env:FAKE_EXCHANGE_STATE, $env:FAKE_IIS_STATE = $savedStates
    Remove-Module FakeExchange, FakeWebAdministration, FakeIISAdministration, FakeIisState
}

Describe 'The fake of Exchange' {
    BeforeAll {
        $pfx = New-Pfx
        $ecPfx = New-Pfx -Curve nistP256
        $openPfx = New-Pfx -Password ''
    }

    BeforeEach {
        New-FakeExchange -Path "$TestDrive/exchange.json"
        $default = (Get-TransportService EX1).InternalTransportCertificateThumbprint
    }

    It 'shows the certificates of set-up, by text and without methods' {
        $own = Get-ExchangeCertificate -Server EX1 | Where-Object Subject -EQ CN=EX1
        $own.Services | Should -BeExactly 'IMAP, POP, IIS, SMTP'
        $own.Status | Should -BeExactly Valid
        $own.Thumbprint | Should -Be $default
        $own.PSTypeNames[0] | Should -BeLike 'Deserialized.*'
        Get-ExchangeCertificate -Identity $null | Should -HaveCount 3
    }

    It 'gives enumerations as numbers that know their text, when told to' {
        New-FakeExchange -Path "$TestDrive/raw.json" -RawEnums
        $own = (Get-ExchangeCertificate)[0]
        "$($own.Services)" | Should -Be 27
        $own.PSObject.Properties['Services'].Value.ToString() | Should -Be 'IMAP, POP, IIS, SMTP'
    }

    It 'imports a certificate once, and for its password only' {
        { Import-ExchangeCertificate -FileData $pfx.Bytes -Password (ConvertTo-SecureString no -AsPlainText -Force) -ErrorAction Stop } | Should -Throw '*password is not correct*'
        { Import-ExchangeCertificate -FileData $pfx.Bytes -Password pw } | Should -Throw '*SecureString*'
        { Import-ExchangeCertificate -FileName cert.pfx } | Should -Throw -ErrorId 'NamedParameterNotFound*'
        $made = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password -FriendlyName mine
        $made.HasPrivateKey, $made.Services, $made.FriendlyName | Should -Be $true, None, mine
        { Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password -ErrorAction Stop } | Should -Throw '*already exists*'
        (Get-FakeExchangeCall Import-ExchangeCertificate).Outcome | Should -Be Failed, Done, Failed
    }

    It 'refuses a long friendly name, bytes that are none, a server that it does not know, and an EC key' {
        $import = @{ Password = $password; ErrorAction = 'Stop' }
        { Import-ExchangeCertificate -FileData $pfx.Bytes -FriendlyName ('n' * 64) @import } | Should -Throw '*64 characters*'
        { Import-ExchangeCertificate -FileData 'a', 'b' @import } | Should -Throw '*Byte*'
        { Import-ExchangeCertificate -FileData ([byte[]](1, 2, 3)) @import } | Should -Throw '*corrupted*'
        { Import-ExchangeCertificate -FileData $pfx.Bytes -Server EX9 @import } | Should -Throw "*'EX9' couldn't be found*"
        { Import-ExchangeCertificate -FileData $ecPfx.Bytes @import } | Should -Throw '*KeyAlgorithmUnsupported*'
    }

    It 'has no key for a PFX without a password, and enables nothing for it' {
        (Import-ExchangeCertificate -FileData $openPfx.Bytes).HasPrivateKey | Should -BeFalse
        { Enable-ExchangeCertificate $openPfx.Thumbprint -Services IIS -ErrorAction Stop } | Should -Throw '*PrivateKeyMissing*'
    }

    It 'asks before it replaces the default certificate of SMTP, which is an error that is logged' {
        $null = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password
        { Enable-ExchangeCertificate $pfx.Thumbprint -Services IIS, SMTP } | Should -Throw -ErrorId 'WouldHaveAsked*'
        { Enable-ExchangeCertificate $pfx.Thumbprint -Services IIS, SMTP -Confirm:$false } | Should -Throw -ErrorId 'WouldHaveAsked*'
        (Get-FakeExchangeCall Enable-ExchangeCertificate).Outcome | Should -Be WouldHaveAsked, WouldHaveAsked
        (Get-TransportService EX1).InternalTransportCertificateThumbprint | Should -Be $default
        Enable-ExchangeCertificate $pfx.Thumbprint -Services 'IIS, SMTP' -Force
        (Get-TransportService EX1).InternalTransportCertificateThumbprint | Should -Be $pfx.Thumbprint
        Enable-ExchangeCertificate $default -Services SMTP -Force
        (Get-TransportService EX1).InternalTransportCertificateThumbprint | Should -Be $default
        (Get-ExchangeCertificate $pfx.Thumbprint).Services | Should -Be 'IIS, SMTP'
    }

    It 'adds services and takes none away' {
        $null = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password
        Enable-ExchangeCertificate $pfx.Thumbprint -Services IIS
        Enable-ExchangeCertificate $pfx.Thumbprint -Services POP
        (Get-ExchangeCertificate $pfx.Thumbprint).Services | Should -Be 'POP, IIS'
        { Enable-ExchangeCertificate $pfx.Thumbprint -Services HTTP } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
        { Enable-ExchangeCertificate $pfx.Thumbprint -Services UM -ErrorAction Stop } | Should -Throw '*TCP*'
    }

    It 'removes no certificate that is in use, and none without being told not to ask' {
        $null = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password
        { Remove-ExchangeCertificate $pfx.Thumbprint } | Should -Throw -ErrorId 'WouldHaveAsked*'
        { Remove-ExchangeCertificate $default -Confirm:$false -ErrorAction Stop } | Should -Throw '*internal transport certificate*'
        { Remove-ExchangeCertificate (Get-AuthConfig).CurrentCertificateThumbprint -Confirm:$false -ErrorAction Stop } | Should -Throw '*OAuth*'
        Add-FakeSendConnector Partners -SourceTransportServers EX1
        Set-SendConnector Partners -TlsCertificateName $pfx.Name
        { Remove-ExchangeCertificate $pfx.Thumbprint -Confirm:$false -ErrorAction Stop } | Should -Throw '*tagged with following Send Connectors : Partners*'
        Set-SendConnector Partners -TlsCertificateName $null
        Remove-ExchangeCertificate $pfx.Thumbprint -Confirm:$false
        Get-ExchangeCertificate | Should -HaveCount 3
    }

    It 'takes only a TLS certificate name that fits a certificate of each server' {
        { Set-ReceiveConnector 'EX1\Default Frontend EX1' -TlsCertificateName mail -ErrorAction Stop } | Should -Throw '*X.500*'
        { Set-ReceiveConnector 'EX1\Default Frontend EX1' -TlsCertificateName $pfx.Name -ErrorAction Stop } | Should -Throw '*not installed on server EX1*'
        $null = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password
        Set-ReceiveConnector 'EX1\Default Frontend EX1' -TlsCertificateName $pfx.Name
        (Get-ReceiveConnector 'Default Frontend EX1').TlsCertificateName | Should -Be $pfx.Name
        { Set-SendConnector 'Internet Mail' -TlsCertificateName $pfx.Name -ErrorAction Stop } | Should -Throw '*not installed on server EX2*'
        { Get-SendConnector Nowhere -ErrorAction Stop } | Should -Throw "*'Nowhere' couldn't be found*"
    }

    It 'changes nothing with -WhatIf' {
        $state = Get-FakeExchangeState
        $null = Import-ExchangeCertificate -FileData $pfx.Bytes -Password $password -WhatIf
        Enable-ExchangeCertificate $default -Services SMTP -WhatIf
        Set-SendConnector 'Internet Mail' -Fqdn other.test -WhatIf
        Get-FakeExchangeState | Should -Be $state
        (Get-FakeExchangeCall | Select-Object -Last 3).Outcome | Should -Be WhatIf, WhatIf, WhatIf
    }

    It 'fails as it is told, a server alone and so many times' {
        Set-FakeExchangeFailure -Command Get-ExchangeCertificate -Server EX2 -Message 'Not now.'
        { Get-ExchangeCertificate -Server EX2 -ErrorAction Stop } | Should -Throw '*EX2: Not now.'
        Get-ExchangeCertificate -Server EX1 | Should -HaveCount 3
        Get-ExchangeCertificate -Server EX2.corp.test | Should -HaveCount 3
        Set-FakeExchangeServer EX2 -Reachable $false
        { Get-ExchangeCertificate -Server EX2 -ErrorAction Stop } | Should -Throw '*RPC server is unavailable*'
    }
}

Describe 'The fakes of IIS' {
    BeforeEach {
        $one, $two = ('A' * 40), ('B' * 40)
        New-FakeIis -Path "$TestDrive/iis.json" -Site 'Default Web Site', Other -Certificate $one, $two
    }

    It 'WebAdministration replaces the certificate of a binding in one step' {
        New-WebBinding 'Default Web Site' -Protocol https -Port 443
        (Get-WebBinding 'Default Web Site' -Protocol https).AddSslCertificate($one, 'My')
        Clear-FakeIisCall
        (Get-WebBinding 'Default Web Site' -Protocol https).AddSslCertificate($two, 'My')
        Get-FakeIisBinding | Should -Contain "Default Web Site https *:443: $two"
        foreach ($call in Get-FakeIisCall) {
            $call.Bindings | Where-Object { $_ -like 'Default Web Site https *' } | Should -HaveCount 1
        }
    }

    It 'WebAdministration refuses a site, a binding and a certificate that cannot be' {
        Add-FakeIisBinding
        Add-FakeIisCertificate ('C' * 40) -HasPrivateKey $false
        { New-WebBinding None -Protocol https } | Should -Throw "*'None' does not exist*"
        { New-WebBinding 'Default Web Site' -Protocol https -Port 443 } | Should -Throw '*duplicate*'
        { New-WebBinding 'Default Web Site' -Protocol https -Port 444 -SslFlags 1 } | Should -Throw '*host name*'
        { (Get-WebBinding -Protocol https).AddSslCertificate('D' * 40, 'My') } | Should -Throw '*not in LocalMachine\My*'
        { (Get-WebBinding -Protocol https).AddSslCertificate('C' * 40, 'My') } | Should -Throw '*0x80070520*'
        Set-FakeWebAdministration -WithoutMethods
        (Get-WebBinding -Protocol https).PSObject.Methods.Name | Should -Not -Contain AddSslCertificate
        Set-FakeWebAdministration
    }

    It 'IISAdministration brings what is done during a commit delay into force at once' {
        Add-FakeIisBinding -Thumbprint $one
        Start-IISCommitDelay
        Remove-IISSiteBinding 'Default Web Site' '*:443:' https -Confirm:$false
        New-IISSiteBinding 'Default Web Site' '*:443:' https $two None My
        Stop-IISCommitDelay
        foreach ($call in Get-FakeIisCall) {
            $call.Bindings | Where-Object { $_ -like 'Default Web Site https *' } | Should -HaveCount 1
        }
        Get-FakeIisBinding | Should -Contain "Default Web Site https *:443: $two"
    }

    It 'IISAdministration sets the certificate of a binding when the commit is delayed, else it is lost' -ForEach @(
        @{ Delayed = $true }
        @{ Delayed = $false }
    ) {
        Add-FakeIisBinding -Thumbprint $one
        if ($Delayed) { Start-IISCommitDelay }
        $binding = Get-IISSiteBinding 'Default Web Site' '*:443:' https
        $binding.CertificateHash = [Convert]::FromHexString($two)
        $binding.CertificateStoreName = 'My'
        if ($Delayed) { Stop-IISCommitDelay }
        Get-FakeIisBinding | Should -Contain "Default Web Site https *:443: $(if ($Delayed) { $two } else { $one })"
    }

    It 'IISAdministration refuses what cannot be, and asks before it takes an address from another site' {
        Add-FakeIisBinding -Thumbprint $one
        { New-IISSiteBinding None '*:443:' https $one None My } | Should -Throw "*'None' does not exist*"
        { New-IISSiteBinding 'Default Web Site' '*:443:' https $one None My -Force } | Should -Throw '*duplicate*'
        { New-IISSiteBinding Other '*:443' https $one None My } | Should -Throw '*address:port:name*'
        { New-IISSiteBinding Other '*:443:' https $one Sni My } | Should -Throw '*host name*'
        { New-IISSiteBinding Other '*:444:' https ('D' * 40) None My } | Should -Throw '*not in LocalMachine\My*'
        { New-IISSiteBinding Other '*:443:' https $two None My } | Should -Throw -ErrorId 'WouldHaveAsked*'
        { Remove-IISSiteBinding 'Default Web Site' '*:443:' https } | Should -Throw -ErrorId 'WouldHaveAsked*'
        Get-FakeIisBinding | Should -Be 'Default Web Site http *:80:', "Default Web Site https *:443: $one", 'Other http *:80:site2.test'
    }
}
