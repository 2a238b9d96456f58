#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Other keys for accounts, what the secrets of their orders are encrypted with, and the orders that the CA knows.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -ID first
    $null = New-PAAccount -AcceptTOS -ID second -Force

    function Get-AccountFile([string] $Id) {
        Get-Content "$((Get-PAServer).Folder)/$Id/acct.json" -Raw | ConvertFrom-Json
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Set-PAAccount -KeyRollover' {
    It 'gives the account a key of <KeyLength>, and orders go on' -ForEach @(
        @{ KeyLength = 'ec-384'; Alg = 'ES384' }
        @{ KeyLength = '2048'; Alg = 'RS256' }
        @{ KeyLength = 'ec-256'; Alg = 'ES256' }
    ) {
        Set-PAAccount first
        $former = (Get-PAAccount).key | ConvertTo-Json
        Set-PAAccount -KeyRollover -KeyLength $KeyLength | Should -BeNullOrEmpty
        $account = Get-PAAccount -Refresh
        $account.status, $account.KeyLength, $account.alg | Should -Be valid, $KeyLength, $Alg
        $account.key | ConvertTo-Json | Should -Not -Be $former
        (New-PAOrder "rolled-$KeyLength.test" -KeyLength ec-256).status | Should -Be pending
    }

    It 'takes a key from a file, and refuses the one that the account or another has' {
        Set-Content "$TestDrive/new.key" ([Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP384).ExportPkcs8PrivateKeyPem())
        Set-PAAccount first -KeyRollover -KeyFile "$TestDrive/new.key"
        (Get-PAAccount first -Refresh).KeyLength | Should -Be ec-384
        { Set-PAAccount first -KeyRollover -KeyFile "$TestDrive/new.key" } | Should -Throw -ErrorId 'SameAccountKey,*'
        { Set-PAAccount second -KeyRollover -KeyFile "$TestDrive/new.key" -NoSwitch } | Should -Throw -ErrorId 'AccountKeyInUse,*'
        (Get-PAAccount second -Refresh).status | Should -Be valid
        { Set-PAAccount first -KeyRollover -KeyFile "$TestDrive/none.key" } | Should -Throw -ErrorId 'FileNotReadable,*'
    }

    It 'works on accounts from the pipeline without choosing them' {
        Set-PAAccount first
        Get-PAAccount -List | Set-PAAccount -KeyRollover -KeyLength ec-256 -NoSwitch
        (Get-PAAccount -List -Refresh).status | Should -Be valid, valid
        (Get-PAAccount).id | Should -Be first
    }

    It 'that was cut off is settled by the next command' {
        Set-PAAccount first
        $file = "$((Get-PAServer).Folder)/first/acct.json"
        $before = Get-Content $file -Raw | ConvertFrom-Json
        Set-PAAccount -KeyRollover
        # As a kill after the CA's answer leaves it.
        $before | Add-Member RolloverKey (Get-AccountFile first).key
        $before | ConvertTo-Json -Depth 5 | Set-Content $file
        (Get-PAAccount -Refresh).status | Should -Be valid
        (Get-AccountFile first).PSObject.Properties.Name | Should -Not -Contain RolloverKey
        (Get-AccountFile first).key.x | Should -Be $before.RolloverKey.x
    }

    It 'elsewhere is told as what it is' {
        Set-PAAccount second
        $file = "$((Get-PAServer).Folder)/second/acct.json"
        $before = Get-Content $file -Raw
        Set-PAAccount -KeyRollover
        Export-PAAccountKey -OutputFile "$TestDrive/elsewhere.key" -Force
        Set-Content $file $before
        { New-PAOrder elsewhere.test } | Should -Throw '*changed elsewhere*' -ErrorId 'AccountKeyChanged,*'
        Set-PAAccount -KeyRollover -KeyFile "$TestDrive/elsewhere.key"
        (New-PAOrder elsewhere.test).status | Should -Be pending
    }
}

Describe 'Get-PAOrder -FromServer' {
    It 'lists what the CA knows, with the names in the profile' {
        $null = New-PAAccount -AcceptTOS -ID lister -Force
        $null = New-PAOrder one.test, *.one.test
        $null = New-PAOrder two.test
        Remove-PAOrder two.test -Force
        $listed = @(Get-PAOrder -FromServer)
        $listed.Count | Should -Be 2
        $known = $listed | Where-Object Name
        $known.Name | Should -Be one.test
        $known.Names | Sort-Object | Should -Be '*.one.test', 'one.test'
        $known.status | Should -Be pending
        $known.location | Should -Be (Get-PAOrder one.test).location
        $known.PSTypeNames[0] | Should -Be PoshAcmeSharp.ServerOrder
        ($listed | Where-Object { -not $_.Name }).Names | Should -Be two.test
        @($listed | Get-PAAuthorization).Count | Should -Be 3
    }
}

Describe 'The encryption of plugin arguments' {
    BeforeAll {
        function Get-ArgumentText { Get-Content "$((Get-PAOrder).Folder)/pluginargs.json" -Raw }

        function Get-Revealed { [pscredential]::new('x', (Get-PAPluginArgs).GDSecretSecure).GetNetworkCredential().Password }
    }

    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $null = New-PAAccount -AcceptTOS -ID holder
        $null = New-PAOrder secret.test -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = ConvertTo-SecureString 'hidden' -AsPlainText -Force }
    }

    It 'gets a new key, goes, and comes back' -Skip:$IsWindows {
        $first = (Get-PAAccount).sskey
        Set-PAAccount -ResetAltPluginEncryption | Should -BeNullOrEmpty
        (Get-PAAccount).sskey | Should -Match '^[A-Za-z0-9_-]{43}$'
        (Get-PAAccount).sskey | Should -Not -Be $first
        Get-Revealed | Should -Be hidden
        Set-PAAccount -UseAltPluginEncryption:$false 3>&1 | Should -BeLike '*without encryption*'
        (Get-PAAccount).sskey | Should -BeNullOrEmpty
        Get-ArgumentText | Should -BeLike '*680069006400640065006e00*'
        Get-Revealed | Should -Be hidden
        Set-PAAccount -UseAltPluginEncryption
        Get-ArgumentText | Should -BeLike '*76492d1116743f0423413b16050a5345*'
        Get-Revealed | Should -Be hidden
    }

    It 'names what cannot be decrypted and keeps it' {
        $file = "$((Get-PAOrder).Folder)/pluginargs.json"
        Set-Content $file '{"GDKey":"k","Lost":{"origType":"securestring","value":"zz"}}'
        Set-PAAccount -ResetAltPluginEncryption -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PluginArgumentUnreadable,*'
        "$($failed[0])" | Should -BeLike "*'Lost'*"
        Get-ArgumentText | Should -BeLike '*"zz"*'
    }
}

Describe 'A SecretManagement vault' {
    BeforeAll {
        $formerPath = $env:PSModulePath
        $fixture = "$PSScriptRoot/Fixtures/SecretManagement"

        function Get-Revealed { [pscredential]::new('x', (Get-PAPluginArgs).GDSecretSecure).GetNetworkCredential().Password }
    }

    BeforeEach {
        $env:PSModulePath = $fixture + [IO.Path]::PathSeparator + $formerPath
        $env:TEST_VAULT = Join-Path (New-Item "$TestDrive/$([guid]::NewGuid())" -ItemType Directory) vault
        $null = New-Item $env:TEST_VAULT -ItemType Directory
        $env:POSHACME_VAULT_NAME = 'vault'
        $null = New-TestProfile
        Use-Pebble $pebble main
    }

    AfterEach {
        $env:PSModulePath = $formerPath
        $env:TEST_VAULT = $env:POSHACME_VAULT_NAME = $env:POSHACME_VAULT_PASS = $env:POSHACME_VAULT_SECRET_TEMPLATE = $null
    }

    It 'has the key of a new account, by the names that Posh-ACME uses' {
        $account = New-PAAccount -AcceptTOS -UseAltPluginEncryption
        $account.sskey | Should -Be VAULT
        $account.VaultGuid | Should -Match '^[0-9a-f]{32}$'
        Get-Content "$env:TEST_VAULT/poshacme-$($account.VaultGuid)-sskey" | Should -Match '^[A-Za-z0-9_-]{43}$'
        $null = New-PAOrder secret.test -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = ConvertTo-SecureString 'hidden' -AsPlainText -Force }
        Get-Revealed | Should -Be hidden
        Get-ChildItem $env:POSHACME_HOME -Recurse -File | Select-String (Get-Content "$env:TEST_VAULT/poshacme-$($account.VaultGuid)-sskey") | Should -BeNullOrEmpty
    }

    It 'gets the key of an account that had it in its file, and gives it back' {
        $null = New-PAAccount -AcceptTOS
        $null = New-PAOrder secret.test -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = ConvertTo-SecureString 'hidden' -AsPlainText -Force }
        $env:POSHACME_VAULT_SECRET_TEMPLATE = 'mine-{0}'
        Set-PAAccount -ResetAltPluginEncryption
        (Get-PAAccount).sskey | Should -Be VAULT
        Test-Path "$env:TEST_VAULT/mine-$((Get-PAAccount).VaultGuid)" | Should -BeTrue
        Get-Revealed | Should -Be hidden
        Set-PAAccount -UseAltPluginEncryption:$false 3>$null
        $env:POSHACME_VAULT_NAME = $null
        Get-Revealed | Should -Be hidden
    }

    It 'is unlocked with the password that is given, and a clear error without it' {
        Set-Content "$env:TEST_VAULT/.password" 'open'
        { New-PAAccount -AcceptTOS -UseAltPluginEncryption } | Should -Throw "*'vault'*password*" -ErrorId 'VaultLocked,*'
        Get-PAAccount -List | Should -BeNullOrEmpty
        $env:POSHACME_VAULT_PASS = 'wrong'
        { New-PAAccount -AcceptTOS -UseAltPluginEncryption } | Should -Throw '*password is incorrect*' -ErrorId 'VaultLocked,*'
        $env:POSHACME_VAULT_PASS = 'open'
        (New-PAAccount -AcceptTOS -UseAltPluginEncryption).sskey | Should -Be VAULT
        Get-Content "$env:TEST_VAULT/.calls" | Should -Contain 'Unlock-SecretVault vault'
    }

    It 'that <Why> is a clear error, and nothing is overwritten' -ForEach @(
        @{ Why = 'has lost the secret'; Break = { Remove-Item "$env:TEST_VAULT/poshacme-*" }; Id = 'VaultSecretMissing' }
        @{ Why = 'is not named any more'; Break = { $env:POSHACME_VAULT_NAME = $null }; Id = 'VaultNotConfigured' }
        @{ Why = 'is not registered'; Break = { $env:POSHACME_VAULT_NAME = 'other' }; Id = 'VaultLocked' }
        @{ Why = 'has no module'; Break = { $env:PSModulePath = $formerPath }; Id = 'SecretManagementMissing' }
    ) {
        $null = New-PAAccount -AcceptTOS -UseAltPluginEncryption
        $null = New-PAOrder secret.test -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = ConvertTo-SecureString 'hidden' -AsPlainText -Force }
        & $Break
        $tree = Get-TreeState
        { Get-PAPluginArgs -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        { Set-PAOrder secret.test -PluginArgs @{ GDKey = 'k'; GDSecretSecure = ConvertTo-SecureString 'new' -AsPlainText -Force } -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-TreeState | Should -Be $tree
    }
}
