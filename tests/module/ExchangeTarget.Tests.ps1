#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# -Target Exchange, on certificates from Pebble.

BeforeDiscovery {
    $openssl = Get-Command openssl -ErrorAction Ignore
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble
    $null = New-PAAccount -AcceptTOS
    $plugin = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive" } }

    function Open-Pfx($Certificate) {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($Certificate.PfxFullChain, $Certificate.PfxPass)
    }

    function Test-Provider($Certificate) {
        $text = [Text.Encoding]::BigEndianUnicode.GetString([IO.File]::ReadAllBytes($Certificate.PfxFullChain))
        $shifted = [Text.Encoding]::BigEndianUnicode.GetString(([IO.File]::ReadAllBytes($Certificate.PfxFullChain) | Select-Object -Skip 1))
        "$text $shifted" -match 'Microsoft RSA SChannel Cryptographic Provider'
    }

    function Get-OrderCount {
        @(@(Get-PebbleRequest $pebble) -match '/order-plz$').Count
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'New-PACertificate -Target Exchange' {
    BeforeAll {
        $certificate = New-PACertificate mail.test, autodiscover.test -Target Exchange @plugin
    }

    It 'gives an RSA certificate that the password of its object opens' {
        $opened = Open-Pfx $certificate
        $opened.HasPrivateKey | Should -BeTrue
        $opened.PublicKey.Oid.FriendlyName | Should -Be RSA
        (Get-PAOrder mail.test).PfxPass.Length | Should -BeGreaterOrEqual 24
    }

    It 'names the provider for Windows, and is encrypted so that all its releases can read it' -Skip:(-not $openssl) {
        $said = openssl pkcs12 -info -nodes -in $certificate.PfxFile -passin "pass:$((Get-PAOrder mail.test).PfxPass)" 2>&1
        $said -match 'Microsoft CSP Name: Microsoft RSA SChannel Cryptographic Provider' | Should -Not -BeNullOrEmpty
        $said -match 'pbeWithSHA1And3-KeyTripleDES-CBC' | Should -Not -BeNullOrEmpty
    }

    It 'is shown with the order' {
        (Get-PAOrder mail.test).Target | Should -Be Exchange
        (New-PAOrder other.test).Target | Should -Be None
    }

    It 'does nothing when it is called again the next day, from another session too' {
        $before = Get-FileHash $certificate.PfxFile, $certificate.PfxFullChain
        $orders = Get-OrderCount
        $again = New-PACertificate mail.test, autodiscover.test -Target Exchange @plugin 3>&1
        $again | Should -HaveCount 1
        $again | Should -BeLike '*not yet due for renewal*'
        $script = {
            param($module, $web)
            Import-Module $module
            New-PACertificate mail.test, autodiscover.test -Target Exchange -Plugin WebRoot -PluginArgs @{ WRPath = $web } -WarningAction SilentlyContinue
        }
        & ([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -NoProfile -Command $script -args (Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1), "$TestDrive" | Should -BeNullOrEmpty
        Get-OrderCount | Should -Be $orders
        (Get-FileHash $certificate.PfxFile, $certificate.PfxFullChain).Hash | Should -Be $before.Hash
    }

    It 'stays through a renewal, with the same password' {
        $password = (Get-PAOrder mail.test).PfxPass
        $renewed = Submit-Renewal mail.test -Force
        $renewed.Thumbprint | Should -Not -Be $certificate.Thumbprint
        Test-Provider $renewed | Should -BeTrue
        (Get-PAOrder mail.test).PfxPass | Should -Be $password
        (Get-PAOrder mail.test).Target | Should -Be Exchange
    }

    It 'refuses <Case> before anything is ordered' -ForEach @(
        @{ Case = 'a key on a curve'; More = @{ CertKeyLength = 'ec-256' }; Id = 'ExchangeNeedsRsa'; Says = '*ec-256*' }
        @{ Case = '-NoPfx'; More = @{ NoPfx = $true }; Id = 'ExchangeNeedsPfx'; Says = '*NoPfx*' }
        @{ Case = 'an empty password'; More = @{ PfxPass = '' }; Id = 'ExchangeNeedsPassword'; Says = '*empty*' }
        @{ Case = 'names that are too long'; More = @{ Domain = "$('a' * 60).$('b' * 10).test" }; Id = 'ExchangeNeedsCommonName'; Says = '*64 characters*' }
    ) {
        $orders = Get-OrderCount
        $given = @{ Domain = 'refused.test'; Target = 'Exchange' } + $plugin
        $More.Keys | ForEach-Object { $given[$_] = $More[$_] }
        { New-PACertificate @given -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*" -ExpectedMessage $Says
        Get-OrderCount | Should -Be $orders
    }

    It 'refuses a request made elsewhere, and says what to do instead' {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=csr.test', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('csr.test')
        $request.CertificateExtensions.Add($names.Build())
        $failed = try { New-PACertificate -CSRPath $request.CreateSigningRequestPem() -Target Exchange @plugin -ErrorAction Stop } catch { $_ }
        $failed.FullyQualifiedErrorId | Should -BeLike 'ExchangeNeedsPfx,*'
        $failed.ErrorDetails.RecommendedAction | Should -BeLike '*-Domain*'
    }

    It 'warns of the password that everybody knows when it is given, and takes AES when that is asked for' {
        $said = New-PACertificate known.test -Target Exchange -PfxPass poshacme -UseModernPfxEncryption @plugin 3>&1
        $said -match 'Everybody knows' | Should -Not -BeNullOrEmpty
        Open-Pfx (Get-PACertificate known.test) | Should -Not -BeNullOrEmpty
        (Get-PAOrder known.test).UseModernPfxEncryption | Should -BeTrue
    }

    It 'takes the place of a key on a curve in an order that had none for Exchange' {
        $former = New-PACertificate curve.test -CertKeyLength ec-256 @plugin
        $former.KeyLength | Should -Be ec-256
        (New-PACertificate curve.test -Target Exchange @plugin).KeyLength | Should -Be 2048
    }
}

Describe 'Set-PAOrder -Target' {
    BeforeAll {
        $certificate = New-PACertificate set.test @plugin
    }

    It 'writes the PFX files anew, with a random password in place of the default, and back' {
        Test-Provider $certificate | Should -BeFalse
        Set-PAOrder set.test -Target Exchange
        $changed = Get-PACertificate set.test
        Test-Provider $changed | Should -BeTrue
        (Open-Pfx $changed).Thumbprint | Should -Be $certificate.Thumbprint
        (Get-PAOrder set.test).PfxPass | Should -Not -Be poshacme
        Set-PAOrder set.test -Target None
        Test-Provider (Get-PACertificate set.test) | Should -BeFalse
        (Get-PAOrder set.test).Target | Should -Be None
    }

    It 'refuses an order whose key is on a curve' {
        $null = New-PAOrder ec.test -KeyLength ec-256
        { Set-PAOrder ec.test -Target Exchange -ErrorAction Stop } | Should -Throw -ErrorId 'ExchangeNeedsRsa,*'
        (Get-PAOrder ec.test).Target | Should -Be None
    }
}

Describe 'New-PAOrder -Target Exchange' {
    It 'makes the order that way' {
        $order = New-PAOrder step.test -Target Exchange
        $order.Target, $order.KeyLength | Should -Be Exchange, 2048
        $order.PfxPass.Length | Should -BeGreaterOrEqual 24
    }

    It 'refuses <KeyLength>' -ForEach @{ KeyLength = 'ec-256' }, @{ KeyLength = 'ec-384' } {
        { New-PAOrder step2.test -KeyLength $KeyLength -Target Exchange } | Should -Throw -ErrorId 'ExchangeNeedsRsa,*' -ExpectedMessage "*$KeyLength*"
    }
}
