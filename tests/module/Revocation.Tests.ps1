#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Revoke-PACertificate, Set-PAOrder -RevokeCert, Remove-PAOrder -RevokeCert and New-PAAuthorization against Pebble.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble
    $account = New-PAAccount -AcceptTOS

    # What the CA says of a certificate: its status and the reason.
    function Get-CaStatus($Certificate) {
        $serial = [Numerics.BigInteger]::Parse($Certificate.Serial).ToString('x').TrimStart('0')
        $url = "$($pebble.ManagementUrl.TrimEnd('/'))/cert-status-by-serial/$serial"
        Invoke-RestMethod $url -SkipCertificateCheck
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Revoke-PACertificate' {
    BeforeEach {
        $certificate = New-TestCertificate $pebble @{ Domain = 'one.test'; Force = $true }
    }

    It 'revokes the certificate of an order by the account, with a reason' {
        (Get-CaStatus $certificate).Status | Should -Be Valid
        Revoke-PACertificate one.test -Reason keyCompromise -Force | Should -BeNullOrEmpty
        $status = Get-CaStatus $certificate
        $status.Status | Should -Be Revoked
        $status.Reason | Should -Be 1
        Revoke-PACertificate one.test -Force 3>&1 | Should -BeLike '*revoked already*'
    }

    It 'revokes without a reason, from the pipeline' {
        Get-PAOrder one.test | Revoke-PACertificate -Confirm:$false
        (Get-CaStatus $certificate).Status | Should -Be Revoked
    }

    It 'revokes by the certificate''s key without an account' {
        Copy-Item $certificate.CertFile, $certificate.KeyFile $TestDrive -Force
        $folder = $env:POSHACME_HOME
        try {
            $env:POSHACME_HOME = "$TestDrive/bare"
            Use-Pebble $pebble
            Revoke-PACertificate -CertFile "$TestDrive/cert.cer" -KeyFile "$TestDrive/cert.key" -Reason 4 -Force
            (Get-CaStatus $certificate).Reason | Should -Be 4
        }
        finally {
            $env:POSHACME_HOME = $folder
        }
    }

    It 'revokes a file by the account when <Case>' -ForEach @(
        @{ Case = 'no key is given'; Key = $null }
        @{ Case = 'the key is not there'; Key = 'nowhere.key' }
        @{ Case = 'the key is another one'; Key = 'other.key' }
    ) {
        Export-PAAccountKey -OutputFile "$TestDrive/other.key" -Force
        $more = if ($Key) { @{ KeyFile = "$TestDrive/$Key" } } else { @{} }
        Revoke-PACertificate -CertFile $certificate.CertFile @more -Force -WarningVariable warned 3>$null
        @($warned).Count | Should -Be ([int][bool]$Key)
        (Get-CaStatus $certificate).Status | Should -Be Revoked
    }

    It 'revokes nothing when nobody is there to agree' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $said = '' | & $program -NoProfile -NonInteractive -Command "
            Import-Module '$(Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1)'
            Revoke-PACertificate one.test
            `$Error.FullyQualifiedErrorId" 2>$null
        $said | Should -BeLike 'ConfirmationNeeded,*'
        (Get-CaStatus $certificate).Status | Should -Be Valid
    }

    It 'changes nothing with -WhatIf, not even with -Force' {
        $before = Get-TreeState
        $asked = @(Get-PebbleRequest $pebble).Count
        Revoke-PACertificate one.test -Force -WhatIf
        Revoke-PACertificate -CertFile $certificate.CertFile -KeyFile $certificate.KeyFile -WhatIf
        Get-TreeState | Should -Be $before
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
    }

    It 'refuses <Case> with one clear error' -ForEach @(
        @{ Case = 'no order'; Arguments = @{}; ErrorId = 'NoOrderGiven' }
        @{ Case = 'an unknown order'; Arguments = @{ Name = 'nobody' }; ErrorId = 'OrderNotFound' }
        @{ Case = 'a file that is not there'; Arguments = @{ CertFile = 'nowhere.cer' }; ErrorId = 'FileNotReadable' }
        @{ Case = 'a file that is no certificate'; Arguments = @{ CertFile = $PSCommandPath }; ErrorId = 'InvalidCertificate' }
    ) {
        Revoke-PACertificate @Arguments -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike "$ErrorId,*"
    }

    It 'refuses an order without a certificate' {
        $null = New-PAOrder open.test
        Revoke-PACertificate open.test -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'NoCertificate,*'
    }
}

Describe 'Revocation of an order' {
    BeforeEach {
        $certificate = New-TestCertificate $pebble @{ Domain = 'two.test'; Force = $true }
    }

    It 'is done by Set-PAOrder -RevokeCert, and the order stays' {
        Set-PAOrder two.test -RevokeCert -Force
        (Get-CaStatus $certificate).Status | Should -Be Revoked
        (Get-PAOrder two.test).Name | Should -Be two.test
    }

    It 'is done by Remove-PAOrder -RevokeCert before the order goes' {
        Remove-PAOrder two.test -RevokeCert -Force
        (Get-CaStatus $certificate).Status | Should -Be Revoked
        Get-PAOrder two.test | Should -BeNullOrEmpty
    }

    It 'is a warning where there is nothing to revoke' {
        $null = New-PAOrder empty.test
        Set-PAOrder empty.test -RevokeCert -Force 3>&1 | Should -BeLike "*No cert found to revoke*"
    }
}

Describe 'New-PAAuthorization' {
    It 'says that the CA does not offer it' {
        { New-PAAuthorization one.test } | Should -Throw 'The current ACME server does not support pre-authorization*' -ErrorId 'PreAuthorizationNotSupported,*'
    }
}
