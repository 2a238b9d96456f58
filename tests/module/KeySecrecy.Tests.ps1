#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# -NoPfx, -KeyPassSecure and Install-PACertificate, on certificates from Pebble.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    Import-Module "$PSScriptRoot/Support/TestStore.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble
    $account = New-PAAccount -AcceptTOS

    function New-Secret([string] $Text) {
        $secret = [securestring]::new()
        $Text.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
        $secret
    }

    function Get-KeyLabel($Certificate) {
        (Get-Content $Certificate.KeyFile)[0]
    }

    function Get-Folder($Certificate) {
        (Get-ChildItem (Split-Path $Certificate.CertFile)).Name
    }

    function Assert-Error([scriptblock] $Script, [string] $Id) {
        { & $Script } | Should -Throw -ErrorId "$Id,*"
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'An order with -NoPfx and -KeyPassSecure' {
    BeforeAll {
        $certificate = New-TestCertificate $pebble @{ Domain = 'secret.test'; KeyLength = 'ec-256'; NoPfx = $true; KeyPassSecure = New-Secret 'open sesame' }
    }

    It 'keeps the key encrypted for this user alone, and writes no PFX' {
        Get-KeyLabel $certificate | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
        Get-Folder $certificate | Should -Not -Contain cert.pfx
        Get-Folder $certificate | Should -Not -Contain fullchain.pfx
        $key = [Security.Cryptography.ECDsa]::Create()
        $key.ImportFromEncryptedPem((Get-Content $certificate.KeyFile -Raw), 'open sesame')
        if (-not $IsWindows) {
            (Get-Item (Join-Path (Split-Path $certificate.CertFile) keypass.json)).UnixMode | Should -Be '-rw-------'
        }
    }

    It 'has nothing of the password in its files' {
        Get-ChildItem (Split-Path $certificate.CertFile) -Recurse -File | ForEach-Object {
            Get-Content $_ -Raw | Should -Not -Match 'sesame|736573616d65|730065007300610' -Because $_.Name
        }
    }

    It 'shows paths for Test-Path' {
        $shown = Get-PACertificate secret.test
        Test-Path $shown.PfxFile | Should -BeFalse
        Test-Path $shown.PfxFullChain | Should -BeFalse
        Test-Path $shown.KeyFile | Should -BeTrue
    }

    It 'renews with the same key, encryption and no PFX without being told again' {
        $before = Get-KeyLabel $certificate
        $renewed = New-TestCertificate $pebble @{ Domain = 'secret.test'; KeyLength = 'ec-256'; Force = $true }
        $renewed.Thumbprint | Should -Not -Be $certificate.Thumbprint
        Get-KeyLabel $renewed | Should -Be $before
        Get-Folder $renewed | Should -Not -Contain fullchain.pfx
    }

    It 'cannot be installed, and says why' {
        Assert-Error { Get-PACertificate secret.test | Install-PACertificate -StoreLocation CurrentUser -ErrorAction Stop } NoPfxFile
        Assert-Error { Set-PAOrder secret.test -Install -ErrorAction Stop } InstallNeedsPfx
    }

    It 'gets its key plain and its PFX files back only when that is asked for' {
        Set-PAOrder secret.test -KeyPassSecure (New-Secret 'another one')
        $key = [Security.Cryptography.ECDsa]::Create()
        $key.ImportFromEncryptedPem((Get-Content $certificate.KeyFile -Raw), 'another one')
        Set-PAOrder secret.test -RemoveKeyPass -NoPfx:$false 3>&1 | Should -BeNullOrEmpty
        Get-KeyLabel $certificate | Should -Be '-----BEGIN EC PRIVATE KEY-----'
        Get-Folder $certificate | Should -Contain fullchain.pfx
        Get-Folder $certificate | Should -Not -Contain keypass.json
    }

    It 'warns of PFX files that hold the key as well' {
        Set-PAOrder secret.test -KeyPassSecure (New-Secret x) 3>&1 | Should -BeLike '*-NoPfx*'
        Set-PAOrder secret.test -RemoveKeyPass
    }

    It 'refuses an empty password' {
        Assert-Error { Set-PAOrder secret.test -KeyPassSecure '' -ErrorAction Stop } EmptyKeyPassword
    }
}

Describe 'A key file that is encrypted' {
    It 'is named, and taken with its password' {
        $made = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $parameters = [Security.Cryptography.PbeParameters]::new('Aes256Cbc', 'SHA256', 1000)
        Set-Content "$TestDrive/own.key" $made.ExportEncryptedPkcs8PrivateKeyPem('own', $parameters)
        try {
            New-PAOrder imported.test -KeyFile "$TestDrive/own.key"
        }
        catch {
            $failed = $_
        }
        $failed.FullyQualifiedErrorId | Should -BeLike 'EncryptedPrivateKey,*'
        $failed.Exception.Message | Should -BeLike '*own.key*'
        $failed.ErrorDetails.RecommendedAction | Should -BeLike '*-KeyPassSecure*'
        (New-PAOrder imported.test -KeyFile "$TestDrive/own.key" -KeyPassSecure own -NoPfx).KeyLength | Should -Be ec-256
    }
}

Describe 'Install-PACertificate' {
    BeforeAll {
        $certificate = New-TestCertificate $pebble @{ Domain = 'install.test'; KeyLength = '2048'; PfxPass = 'stored' }
        $storeName = New-TestStore
        Add-TestIntermediate $certificate
        $chain = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-Content $certificate.ChainFile -Raw))
    }

    AfterEach {
        Clear-TestStore
    }

    It 'takes <Kind>' -ForEach @(
        @{ Kind = 'our object'; Make = { Get-PACertificate install.test } }
        @{ Kind = 'one that was serialized'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-PACertificate install.test))) } }
        @{ Kind = 'a custom object with its type name'; Make = {
                $c = Get-PACertificate install.test
                [pscustomobject]@{ PSTypeName = 'PoshACME.PACertificate'; Subject = $c.Subject; PfxFullChain = $c.PfxFullChain; ChainFile = $c.ChainFile; PfxPass = $c.PfxPass }
            }
        }
    ) {
        & $Make | Install-PACertificate -StoreLocation CurrentUser -StoreName $storeName | Should -BeNullOrEmpty
        (Get-Stored $storeName $certificate.Thumbprint)[0].HasPrivateKey | Should -BeTrue
        (Get-Stored CA $chain.Thumbprint).Count | Should -Be 1
        (Get-Stored Root $chain.Thumbprint).Count | Should -Be 0
    }

    It 'takes that of the current order, and does nothing the second time' {
        Set-PAOrder install.test
        Install-PACertificate -StoreLocation CurrentUser -StoreName $storeName -NotExportable
        $said = Install-PACertificate -StoreLocation CurrentUser -StoreName $storeName -Verbose 4>&1
        $said -like '*already*' | Should -Not -BeNullOrEmpty
        (Get-Stored $storeName $certificate.Thumbprint).Count | Should -Be 1
    }

    It 'names a wrong password and a missing file' {
        $wrong = Get-PACertificate install.test
        $wrong.PfxPass = New-Secret wrong
        Assert-Error { $wrong | Install-PACertificate -StoreLocation CurrentUser -StoreName $storeName -ErrorAction Stop } WrongPfxPassword
        $wrong.PfxFullChain = "$TestDrive/none.pfx"
        Assert-Error { $wrong | Install-PACertificate -StoreLocation CurrentUser -StoreName $storeName -ErrorAction Stop } NoPfxFile
        Assert-Error { 'text' | Install-PACertificate -ErrorAction Stop } InvalidCertificateObject
        (Get-Stored $storeName $certificate.Thumbprint).Count | Should -Be 0
    }

    It 'has no store of the machine elsewhere than on Windows' -Skip:$IsWindows {
        Assert-Error { $certificate | Install-PACertificate -ErrorAction Stop } LocalMachineStoreNotSupported
    }

    It 'tells with -PassThru what it did, and takes a friendly name' {
        $into = @{ StoreLocation = 'CurrentUser'; StoreName = $storeName; FriendlyName = 'Mail server'; PassThru = $true }
        $first, $second = 1..2 | ForEach-Object { Get-PACertificate install.test | Install-PACertificate @into }
        $first.PSTypeNames[0] | Should -Be PoshAcmeSharp.InstalledCertificate
        $first.Thumbprint, $first.StoreLocation, $first.StoreName | Should -Be $certificate.Thumbprint, CurrentUser, $storeName
        $first.Status, $second.Status | Should -Be Done, AlreadyDone
        if ($IsWindows) {
            (Get-Stored $storeName $certificate.Thumbprint)[0].FriendlyName | Should -Be 'Mail server'
        }
    }
}

Describe 'An order with -Install' {
    BeforeAll {
        $plugin = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = "$TestDrive" } }
        $storeName = New-TestStore
        $into = @{ StoreLocation = 'CurrentUser'; StoreName = $storeName }
    }

    AfterEach {
        Clear-TestStore
    }

    It 'is installed when it is issued, and when it is renewed' {
        $issued = New-PACertificate stored.test -Install @into @plugin
        Add-TestIntermediate $issued
        (Get-Stored $storeName $issued.Thumbprint)[0].HasPrivateKey | Should -BeTrue
        $renewed = Submit-Renewal stored.test -Force
        Add-TestIntermediate $renewed
        (Get-Stored $storeName $renewed.Thumbprint)[0].HasPrivateKey | Should -BeTrue
    }

    It 'keeps where to, and can be told another place' {
        $order = Get-PAOrder stored.test
        $order.InstallStoreLocation, $order.InstallStoreName | Should -Be CurrentUser, $storeName
        $other = New-TestStore
        Set-PAOrder stored.test -StoreName $other -NotExportable
        $order = Get-PAOrder stored.test
        $order.InstallStoreName, $order.InstallNotExportable, $order.Install | Should -Be $other, $true, $true
    }

    It 'has its certificate also where it cannot be installed, and an error says how to do that' -Skip:$IsWindows {
        $issued = New-PACertificate unstored.test -Install @plugin -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'CertificateNotInstalled,*'
        $failed.ErrorDetails.RecommendedAction | Should -BeLike "*-StoreLocation CurrentUser*Get-PACertificate -Name 'unstored.test' | Install-PACertificate"
        $issued.Thumbprint | Should -Be (Get-PACertificate unstored.test).Thumbprint

        $orders = @(Get-PebbleRequest $pebble) -match '/order-plz$'
        New-PACertificate unstored.test -Install @plugin 3>&1 | Should -BeLike '*not yet due*'
        Submit-Renewal unstored.test 3>&1 | Should -BeLike '*not recommended for renewal*'
        @(Get-PebbleRequest $pebble) -match '/order-plz$' | Should -HaveCount $orders.Count
        (Get-PACertificate unstored.test).Thumbprint | Should -Be $issued.Thumbprint
    }

    It 'is an error of the task that renews all, once all were tried' -Skip:$IsWindows {
        { Submit-Renewal -AllOrders -Force -ErrorAction Stop -WarningAction SilentlyContinue -NoSkipManualDns } |
            Should -Throw -ErrorId 'RenewalFailed,*' -ExpectedMessage '*unstored.test: *not installed*'
        Get-PACertificate -List | ForEach-Object { Add-TestIntermediate $_ }
        Submit-Renewal unstored.test -Force -ErrorAction SilentlyContinue | Should -HaveCount 1
    }

    It 'is finished by Complete-PAOrder, which tells that too' -Skip:$IsWindows {
        $before = (Get-PACertificate unstored.test).Thumbprint
        (Get-PAOrder unstored.test | Complete-PAOrder -ErrorVariable failed -ErrorAction SilentlyContinue).Thumbprint | Should -Be $before
        $failed.FullyQualifiedErrorId | Should -BeLike 'CertificateNotInstalled,*'
    }
}

Describe 'Get-KeyAuthorization -ForTlsAlpn' {
    BeforeAll {
        $null = New-PAOrder alpn.test, www.alpn.test -KeyLength ec-256
        $auths = @(Get-PAOrder | Get-PAAuthorization)
    }

    It 'makes a certificate of each authorization that is piped' {
        $answers = @($auths | Get-KeyAuthorization -ForTlsAlpn)
        $answers.Count | Should -Be 2
        $answers[0] | Should -BeOfType ([Security.Cryptography.X509Certificates.X509Certificate2])
        $answers | ForEach-Object { $_.GetNameInfo('DnsName', $false) } | Should -Be alpn.test, www.alpn.test
        $answers.HasPrivateKey | Should -Be $true, $true
        $hash = [Security.Cryptography.SHA256]::HashData([Text.Encoding]::ASCII.GetBytes((Get-KeyAuthorization $auths[0].TLSALPN01Token)))
        $extension = $answers[0].Extensions | Where-Object { $_.Oid.Value -eq '1.3.6.1.5.5.7.1.31' }
        $extension.Critical | Should -BeTrue
        [Convert]::ToHexString($extension.RawData) | Should -Be ('0420' + [Convert]::ToHexString($hash))
    }

    It 'makes one of a token and a name, which a PFX file can be made of' {
        $answer = Get-KeyAuthorization $auths[0].TLSALPN01Token -ForTlsAlpn -Domain 192.0.2.7
        $bytes = $answer.Export('Pfx', 'password')
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($bytes, 'password').Thumbprint | Should -Be $answer.Thumbprint
    }

    It 'refuses <Case>' -ForEach @(
        @{ Case = 'no name'; Script = { 'token' | Get-KeyAuthorization -ForTlsAlpn -ErrorAction Stop }; ErrorId = 'InvalidKeyAuthorizationRequest' }
        @{ Case = 'two kinds at once'; Script = { 'token' | Get-KeyAuthorization -ForTlsAlpn -ForDNS -Domain a.test -ErrorAction Stop }; ErrorId = 'InvalidKeyAuthorizationRequest' }
        @{ Case = 'a piped authorization for another kind'; Script = { $auths[0] | Get-KeyAuthorization -ForDNS -ErrorAction Stop }; ErrorId = 'InvalidKeyAuthorizationRequest' }
        @{ Case = 'a wildcard'; Script = { 'token' | Get-KeyAuthorization -ForTlsAlpn -Domain *.a.test -ErrorAction Stop }; ErrorId = 'WildcardNeedsDns' }
    ) {
        Assert-Error $Script $ErrorId
    }
}
