#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Set-PAOrder on orders with certificates from Pebble, which offers two chains.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true; AlternateRoots = 1 }
    $null = New-TestProfile
    Use-Pebble $pebble
    $account = New-PAAccount -AcceptTOS
    $certificate = New-TestCertificate $pebble @{ Domain = 'one.test'; KeyLength = 'ec-256' }
    $null = New-PAOrder two.test

    function Open-Pfx([string] $Password) {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.PfxFullChain, $Password)
    }

    # The common name of the root that the chain in use leads to.
    function Get-ChainRoot {
        $pem = Get-Content $certificate.ChainFile -Raw
        $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
        $all.ImportFromPem($pem)
        $all[$all.Count - 1].Issuer -replace '^CN='
    }

    function Get-OfferedRoot([int] $Index) {
        $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
        $all.ImportFromPem((Get-Content (Join-Path (Split-Path $certificate.CertFile) "chain$Index.cer") -Raw))
        $all[$all.Count - 1].Issuer -replace '^CN='
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Set-PAOrder' {
    BeforeEach {
        Set-PAOrder two.test
    }

    It 'makes an order the current one, but not with -NoSwitch' {
        Set-PAOrder one.test | Should -BeNullOrEmpty
        (Get-PAOrder).Name | Should -Be one.test
        Set-PAOrder two.test -NoSwitch
        (Get-PAOrder).Name | Should -Be one.test
    }

    It 'changes settings, and keeps those that are not given' {
        $before = Get-PAOrder one.test
        Set-PAOrder one.test -NoSwitch -DnsSleep 7 -ValidationTimeout 8 -LifetimeDays 9 -DnsAlias alias.test -Plugin WebRoot `
            -DnsVariant dns-account-01 -AlwaysNewKey -UseSerialValidation -Install
        $after = Get-PAOrder one.test
        $after.DnsSleep, $after.ValidationTimeout, $after.LifetimeDays, $after.DnsAlias, $after.Plugin, $after.DnsVariant |
            Should -Be 7, 8, 9, alias.test, WebRoot, dns-account-01
        $after.AlwaysNewKey, $after.UseSerialValidation, $after.Install | Should -Be $true, $true, $true
        $after.FriendlyName, $after.location, $after.KeyLength | Should -Be $before.FriendlyName, $before.location, $before.KeyLength
        Set-PAOrder one.test -AlwaysNewKey:$false -Install:$false -NoSwitch
        (Get-PAOrder one.test).AlwaysNewKey | Should -BeFalse
    }

    It 'keeps how to wait for DNS, and takes it back' {
        Set-PAOrder one.test -NoSwitch -DnsWait Fixed -DnsServer 127.0.0.1:8053, ns.example.test
        $order = Get-PAOrder one.test
        $order.DnsWait | Should -Be Fixed
        $order.DnsServer | Should -Be 127.0.0.1:8053, ns.example.test:53
        { Set-PAOrder one.test -NoSwitch -DnsServer 127.0.0.1:x -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidNameServer,*'
        Set-PAOrder one.test -NoSwitch -DnsWait Check -DnsServer @()
        (Get-PAOrder one.test).PSObject.Properties.Name | Should -Not -Contain DnsServer
    }

    It 'changes the current order without a name' {
        Set-PAOrder -DnsSleep 3
        (Get-PAOrder two.test).DnsSleep | Should -Be 3
        (Get-PAOrder one.test).DnsSleep | Should -Not -Be 3
    }

    It 'writes the PFX files anew for a password, a friendly name and an encryption, and no other file' {
        $kept = { Get-Content $certificate.CertFile, $certificate.KeyFile, $certificate.ChainFile, $certificate.FullChainFile -Raw }
        $before = & $kept
        Set-PAOrder one.test -NoSwitch -FriendlyName 'Web server' -PfxPass 'n3w' -UseModernPfxEncryption
        { Open-Pfx poshacme } | Should -Throw
        $opened = Open-Pfx 'n3w'
        $opened.Thumbprint | Should -Be $certificate.Thumbprint
        $opened.HasPrivateKey | Should -BeTrue
        if ($IsWindows) {
            $opened.FriendlyName | Should -Be 'Web server'
        }
        (Get-PAOrder one.test).PfxPass | Should -Be n3w
        & $kept | Should -Be $before
    }

    It 'takes the password as a SecureString first' {
        $secure = [securestring]::new()
        's4fe'.ToCharArray() | ForEach-Object { $secure.AppendChar($_) }
        Set-PAOrder one.test -NoSwitch -PfxPass plain -PfxPassSecure $secure
        (Open-Pfx s4fe).Thumbprint | Should -Be $certificate.Thumbprint
    }

    It 'changes to the chain that is preferred, and back' {
        $default, $other = (Get-OfferedRoot 0), (Get-OfferedRoot 1)
        $other | Should -Not -Be $default
        Set-PAOrder one.test -NoSwitch -PreferredChain $other
        Get-ChainRoot | Should -Be $other
        Get-Content $certificate.FullChainFile -Raw | Should -BeExactly ((Get-Content $certificate.CertFile -Raw) + (Get-Content $certificate.ChainFile -Raw))
        Set-PAOrder one.test -NoSwitch -PreferredChain ''
        Get-ChainRoot | Should -Be $default
        Get-OfferedRoot 1 | Should -Be $other -Because 'the chains that are offered stay'
    }

    It 'keeps the key of an order that is under way' {
        $null = New-PAOrder one.test -KeyLength ec-384 -Force
        $pending = Join-Path $account.Folder one.test pending.key
        $before = Get-Content $pending -Raw
        Set-PAOrder one.test -FriendlyName again -PfxPass again
        Get-Content $pending -Raw | Should -Be $before
        (Open-Pfx again).Thumbprint | Should -Be $certificate.Thumbprint
    }

    It 'warns that <Setting> holds for the future only' -ForEach @(
        @{ Setting = 'Subject'; Value = 'CN=one.test,O=Example' }
        @{ Setting = 'OCSPMustStaple'; Value = $true }
    ) {
        $change = @{ $Setting = $Value }
        Set-PAOrder two.test @change 3>&1 | Should -BeLike "*$Setting*"
        (Get-PAOrder two.test).$Setting | Should -Be $Value
    }

    It 'keeps plugin arguments encrypted beside those that are there' {
        $secret = [securestring]::new()
        $secret.AppendChar('x')
        Set-PAOrder two.test -Plugin WebRoot, GoDaddy -PluginArgs @{ WRPath = '/first'; GDKey = 'a'; GDSecretSecure = $secret }
        Set-PAOrder two.test -PluginArgs @{ WRPath = '/second' }
        $saved = Get-Content (Join-Path $account.Folder two.test pluginargs.json) -Raw | ConvertFrom-Json
        $saved.WRPath | Should -Be /second
        $saved.GDKey | Should -Be a
        $saved.GDSecretSecure.origType | Should -Be securestring
    }

    It 'renames an order, and what was current stays so' {
        Set-PAOrder -NewName renamed
        (Get-PAOrder).Name | Should -Be renamed
        Join-Path $account.Folder two.test | Should -Not -Exist
        Set-PAOrder -NewName one.test -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'NameInUse,*'
        Set-PAOrder -NewName two.test
    }

    It 'refuses <Case> and changes nothing' -ForEach @(
        @{ Case = 'an order that is not there'; Arguments = @{ MainDomain = 'nobody.test'; DnsSleep = 5 }; ErrorId = 'OrderNotFound' }
        @{ Case = 'a profile that the CA does not offer'; Arguments = @{ MainDomain = 'two.test'; Profile = 'unheard-of'; DnsSleep = 5 }; ErrorId = 'UnknownProfile' }
    ) {
        $before = Get-TreeState
        Set-PAOrder @Arguments -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike "$ErrorId,*"
        if ($ErrorId -ne 'UnknownProfile') {
            Get-TreeState | Should -Be $before
        }
        (Get-PAOrder two.test).DnsSleep | Should -Not -Be 5
    }

    It 'changes nothing with -WhatIf, neither here nor at the CA' {
        $before = Get-TreeState
        $asked = @(Get-PebbleRequest $pebble).Count
        Set-PAOrder one.test -PfxPass other -PreferredChain x -DnsSleep 99 -NewName whatif -WhatIf
        Set-PAOrder one.test -RevokeCert -Force -WhatIf
        Get-TreeState | Should -Be $before
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
    }
}
