#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Several servers and accounts in one profile, accounts of every kind, and accounts bound to a customer of the CA.

BeforeDiscovery {
    $keys = @(
        @{ KeyLength = 'ec-256'; Alg = 'ES256' }
        @{ KeyLength = 'ec-384'; Alg = 'ES384' }
        @{ KeyLength = '2048'; Alg = 'RS256' }
        @{ KeyLength = '3072'; Alg = 'RS256' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Accounts' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
    }

    It 'have keys of <KeyLength>, which sign with <Alg>' -ForEach $keys {
        $account = New-PAAccount -AcceptTOS -KeyLength $KeyLength -ID "key-$KeyLength"
        $account.KeyLength, $account.alg, $account.status, $account.id | Should -Be $KeyLength, $Alg, valid, "key-$KeyLength"
        $account.contact | Should -HaveCount 0
        $members = if ($KeyLength -like 'ec-*') { 'crv', 'd', 'kty', 'x', 'y' } else { 'd', 'dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi' }
        $account.key.PSObject.Properties.Name | Sort-Object | Should -Be $members
    }

    It 'come from a key file of <Kind>' -ForEach @(
        @{ Kind = 'SEC1'; Make = { [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP384).ExportECPrivateKeyPem() }; KeyLength = 'ec-384' }
        @{ Kind = 'PKCS#8'; Make = { [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256).ExportPkcs8PrivateKeyPem() }; KeyLength = 'ec-256' }
        @{ Kind = 'PKCS#1'; Make = { [Security.Cryptography.RSA]::Create(2048).ExportRSAPrivateKeyPem() }; KeyLength = '2048' }
    ) {
        Set-Content "$TestDrive/account.pem" (& $Make)
        $account = New-PAAccount imported@example.com -AcceptTOS -KeyFile "$TestDrive/account.pem"
        $account.KeyLength | Should -Be $KeyLength

        # The same key again is the same account, in another profile too.
        $former = $env:POSHACME_HOME
        $null = New-TestProfile
        try {
            Use-Pebble $pebble
            (New-PAAccount -KeyFile "$TestDrive/account.pem" -OnlyReturnExisting).location | Should -Be $account.location
        }
        finally {
            $env:POSHACME_HOME = $former
        }
    }

    It 'are switched by Set-PAAccount and listed with filters' {
        $null = New-PAAccount a@example.com, mailto:b@example.com -AcceptTOS -ID both
        (Get-PAAccount).id | Should -Be both
        (Get-PAAccount).contact | Should -Be mailto:a@example.com, mailto:b@example.com
        Set-PAAccount key-2048 | Should -BeNullOrEmpty
        (Get-PAAccount).id | Should -Be key-2048
        (Get-PAAccount both).id | Should -Be both
        (Get-PAAccount -List -KeyLength 3072).id | Should -Be key-3072
        (Get-PAAccount -List -Contact b@example.com, a@example.com).id | Should -Be both
        (Get-PAAccount -List -Status valid).Count | Should -Be (Get-PAAccount -List).Count
        Get-PAAccount -List -Status revoked | Should -BeNullOrEmpty
    }

    It 'are renamed and get other contacts, here and at the CA' {
        Set-PAAccount both -Contact c@example.com -NewName renamed -NoSwitch
        (Get-PAAccount).id | Should -Be key-2048
        Get-PAAccount both | Should -BeNullOrEmpty
        (Get-PAAccount renamed -Refresh).contact | Should -Be mailto:c@example.com
        Set-PAAccount renamed
        Set-PAAccount -NewName current
        (Get-PAAccount).id | Should -Be current
    }

    It 'are kept apart: each has its own orders and its own current order' {
        Set-PAAccount key-2048
        $null = New-PAOrder one.test -KeyLength ec-256
        Set-PAAccount key-ec-256
        Get-PAOrder | Should -BeNullOrEmpty
        $null = New-PAOrder two.test -KeyLength ec-256
        (Get-PAOrder -List).Name | Should -Be two.test
        Set-PAAccount key-2048
        (Get-PAOrder).Name | Should -Be one.test
    }

    It 'with the same contacts and kind of key are made on request only' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $path = (Get-Module PoshAcmeSharp).Path
        $said = & $program -NoProfile -NonInteractive -Command "Import-Module '$path'; try { New-PAAccount c@example.com -AcceptTOS } catch { ""`$_"" }"
        $said | Should -BeLike '*Do you wish to duplicate?*'
        (New-PAAccount c@example.com -AcceptTOS -Force).id | Should -Not -Be current
        { New-PAAccount d@example.com -AcceptTOS -ID current } | Should -Throw "*'current'*" -ErrorId 'NameInUse,*'
    }

    It 'take what they do not know, so that parameters of several commands can be splatted' {
        (Get-PAAccount renamed-not-there extra -Unknown 1) | Should -BeNullOrEmpty
        (New-PAAccount splat@example.com -AcceptTOS -ID splat -Domain x.test -Plugin Manual).id | Should -Be splat
    }

    It 'encrypt plugin arguments with a key of their own off Windows' -Skip:$IsWindows {
        (Get-PAAccount).sskey | Should -Match '^[A-Za-z0-9_-]{43}$'
    }

    It 'that are deactivated are shown as they are kept: the CA answers none of them' {
        $null = New-PAAccount -AcceptTOS -ID closed -Force
        Set-PAAccount closed -Deactivate -Force
        $requests = @(Get-PebbleRequest $pebble).Count
        (Get-PAAccount closed -Refresh -ErrorAction Stop).status | Should -Be deactivated
        @(Get-PebbleRequest $pebble).Count | Should -Be $requests
        (Get-PAAccount -List -Refresh -ErrorAction Stop).status | Should -Contain deactivated
    }
}

Describe 'Accounts that are bound to a customer' {
    BeforeAll {
        $hmacKey = [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(64)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        $bound = Start-Pebble @{ ExternalAccounts = @{ 'kid-1' = $hmacKey } }
        $null = New-TestProfile
        Use-Pebble $bound eab
    }

    AfterAll {
        Stop-Pebble $bound
    }

    It 'are not made without the key: nobody is asked' {
        $requests = @(Get-PebbleRequest $bound).Count
        { New-PAAccount -AcceptTOS } | Should -Throw '*key identifier and MAC key*' -ErrorId 'ExternalAccountRequired,*'
        @(Get-PebbleRequest $bound).Count | Should -Be $requests
    }

    It 'are made with the key, by <_>' -ForEach 'HS256', 'HS384', 'HS512' {
        $said = New-PAAccount -AcceptTOS -ExtAcctKID kid-1 -ExtAcctHMACKey $hmacKey -ExtAcctAlgorithm $_ -ID "bound-$_" -Force -Debug -Verbose *>&1
        (Get-PAAccount).id | Should -Be "bound-$_"
        (Get-PAAccount).status | Should -Be valid
        ($said | Out-String -Width 100000).Contains($hmacKey) | Should -BeFalse
    }

    It 'are refused with a wrong key, and nothing is kept' {
        $before = @(Get-PAAccount -List).Count
        { New-PAAccount wrong@example.com -AcceptTOS -ExtAcctKID kid-1 -ExtAcctHMACKey ('A' * 43) } | Should -Throw -ErrorId 'AcmeProblem.*'
        { New-PAAccount wrong@example.com -AcceptTOS -ExtAcctKID kid-2 -ExtAcctHMACKey $hmacKey } | Should -Throw -ErrorId 'AcmeProblem.*'
        { New-PAAccount wrong@example.com -AcceptTOS -ExtAcctKID kid-1 -ExtAcctHMACKey 'not base64url!' } | Should -Throw -ErrorId 'InvalidExternalAccount,*'
        @(Get-PAAccount -List).Count | Should -Be $before
    }
}

Describe 'Servers' {
    BeforeAll {
        $other = Start-Pebble @{ AlwaysValid = $true }
        $null = New-TestProfile
        Use-Pebble $pebble first
        $null = New-PAAccount one@example.com -AcceptTOS -ID one
        Use-Pebble $other
        $null = New-PAAccount two@example.com -AcceptTOS -ID two
    }

    AfterAll {
        Stop-Pebble $other
    }

    It 'get a name of their host and port when none is given' {
        (Get-PAServer).Name | Should -Be "127.0.0.1_$(([uri]$other.DirectoryUrl).Port)"
        (Get-PAServer -List).Count | Should -Be 2
    }

    It 'are switched by name or URL, with their accounts' {
        Set-PAServer -Name first
        (Get-PAAccount).id | Should -Be one
        Set-PAServer $other.DirectoryUrl
        (Get-PAAccount).id | Should -Be two
        (Get-PAServer -Name first).location | Should -Be $pebble.DirectoryUrl
    }

    It 'are renamed and set without switching' {
        Set-PAServer $pebble.DirectoryUrl -NewName renamed -DisableTelemetry -NoSwitch
        (Get-PAServer).location | Should -Be $other.DirectoryUrl
        (Get-PAServer -Name renamed).DisableTelemetry | Should -BeTrue
        Set-PAServer -Name renamed -NoRefresh
        (Get-PAAccount).id | Should -Be one
    }

    It 'keep what was set, and what is not given again' {
        Set-PAServer -Name renamed -IgnoreContact
        Set-PAServer -Name renamed -DisableARI
        $server = Get-PAServer -Refresh
        $server.IgnoreContact, $server.DisableARI, $server.DisableTelemetry | Should -Be $true, $true, $true
        (New-PAAccount ignored@example.com -AcceptTOS -ID quiet).contact | Should -HaveCount 0
        Set-PAServer -Name renamed -IgnoreContact:$false
        (Get-PAServer).IgnoreContact | Should -BeFalse
    }


    It 'skip the look at the certificate with -SkipCertificateCheck alone' {
        $null = New-TestProfile
        { Set-PAServer $other.DirectoryUrl } | Should -Throw -ErrorId 'ServerNotTrusted,*'
        Set-PAServer $other.DirectoryUrl -SkipCertificateCheck 6>$null
        (Get-PAServer).SkipCertificateCheck | Should -BeTrue
        (New-PAAccount -AcceptTOS).status | Should -Be valid
        { Set-PAServer $pebble.DirectoryUrl } | Should -Throw -ErrorId 'ServerNotTrusted,*'
        Set-PAServer -SkipCertificateCheck:$false -CACertificate ([IO.File]::ReadAllText($other.ApiCaCertificatePath))
        (Get-PAServer).SkipCertificateCheck | Should -BeFalse
        (Get-PAAccount -Refresh).status | Should -Be valid
    }
}
