#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Remove-PAOrder, Remove-PAAccount and Remove-PAServer against Pebble.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }

    # Runs a script in a PowerShell where nobody answers questions, on the same profile.
    function Invoke-Unattended([string] $Script) {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        '' | & $program -NoProfile -NonInteractive -Command "
            Import-Module '$(Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1)'
            try { $Script } catch { `$_.FullyQualifiedErrorId }
            `$Error | ForEach-Object FullyQualifiedErrorId" 2>$null
    }
}

AfterAll {
    Stop-Pebble
}

Describe 'Remove-PAOrder' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble
        $account = New-PAAccount -AcceptTOS
        $null = New-PAOrder one.test
        $null = New-PAOrder two.test
    }

    AfterEach {
        Remove-TestProfile
    }

    It 'takes the order away, and no other' {
        Remove-PAOrder one.test -Force | Should -BeNullOrEmpty
        (Get-PAOrder -List).Name | Should -Be two.test
        Join-Path $account.Folder one.test | Should -Not -Exist
        (Get-PAOrder).Name | Should -Be two.test -Because 'the current order was another'
    }

    It 'leaves no order current when it was' {
        Remove-PAOrder -Name two.test -Force
        Get-PAOrder | Should -BeNullOrEmpty
    }

    It 'takes orders from the pipeline' {
        Get-PAOrder -List | Remove-PAOrder -Force
        Get-PAOrder -List | Should -BeNullOrEmpty
    }

    It 'does not choose one of several with the same main domain' {
        $null = New-PAOrder one.test, other.test -Name again
        Remove-PAOrder one.test -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        "$failed" | Should -BeLike "Multiple orders found for MainDomain 'one.test'. Please specify Name as well.*"
        @(Get-PAOrder -List) | Should -HaveCount 3
        Remove-PAOrder one.test -Name again -Force
        (Get-PAOrder -List).Name | Should -Be one.test, two.test
    }

    It 'needs to be told which order' {
        Remove-PAOrder -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'NoOrderGiven,*'
    }

    It 'says which order is not there, and goes on with the others' {
        'nobody.test', 'one.test' | Remove-PAOrder -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed | Should -HaveCount 1
        "$failed" | Should -BeLike "No order found matching MainDomain 'nobody.test'.*"
        (Get-PAOrder -List).Name | Should -Be two.test
    }

    It 'removes nothing when nobody is there to agree' {
        Invoke-Unattended 'Remove-PAOrder one.test' | Should -BeLike 'ConfirmationNeeded*'
        @(Get-PAOrder -List) | Should -HaveCount 2
    }

    It 'changes nothing with -WhatIf' {
        $before = Get-TreeState
        Remove-PAOrder one.test -WhatIf
        Get-TreeState | Should -Be $before
    }
}

Describe 'Remove-PAAccount' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble
        $account = New-PAAccount -AcceptTOS
    }

    AfterEach {
        Remove-TestProfile
    }

    It 'takes the account and its orders away, but not from the CA' {
        $null = New-PAOrder one.test
        Export-PAAccountKey -OutputFile "$TestDrive/kept.key" -Force
        Remove-PAAccount $account.id -Force | Should -BeNullOrEmpty
        $account.Folder | Should -Not -Exist
        Get-PAAccount | Should -BeNullOrEmpty
        (New-PAAccount -KeyFile "$TestDrive/kept.key" -OnlyReturnExisting).status | Should -Be valid
    }

    It 'ends the account at the CA with -Deactivate' {
        Export-PAAccountKey -OutputFile "$TestDrive/ended.key" -Force
        $account | Remove-PAAccount -Deactivate -Force
        $account.Folder | Should -Not -Exist
        { New-PAAccount -KeyFile "$TestDrive/ended.key" -OnlyReturnExisting } | Should -Throw -ErrorId 'AcmeProblem.unauthorized,*'
    }

    It 'keeps an account that the CA does not deactivate' {
        $file = Join-Path $account.Folder acct.json
        (Get-Content $file -Raw) -replace '/my-account/', '/my-account/0' | Set-Content $file
        Remove-PAAccount $account.id -Deactivate -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.*'
        $file | Should -Exist
    }

    It 'warns of an account that is not there' {
        Remove-PAAccount nobody -Force 3>&1 | Should -BeLike '*nobody*'
    }

    It 'removes nothing when nobody is there to agree' {
        Invoke-Unattended "Remove-PAAccount $($account.id)" | Should -BeLike 'ConfirmationNeeded*'
        $account.Folder | Should -Exist
    }

    It 'changes nothing with -WhatIf, neither here nor at the CA' {
        $before = Get-TreeState
        $asked = @(Get-PebbleRequest $pebble).Count
        Remove-PAAccount $account.id -Deactivate -Force -WhatIf
        Get-TreeState | Should -Be $before
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
    }
}

Describe 'Remove-PAServer' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble
        $account = New-PAAccount -AcceptTOS
    }

    AfterEach {
        Remove-TestProfile
    }

    It 'takes the server and all that belongs to it away' {
        $server = Get-PAServer
        $server | Remove-PAServer -Force | Should -BeNullOrEmpty
        $server.Folder | Should -Not -Exist
        Get-PAServer -List | Should -BeNullOrEmpty
        { Get-PAAccount } | Should -Throw 'No ACME server configured*'
    }

    It 'leaves the current server when it removes another' {
        $null = New-Item "$env:POSHACME_HOME/other" -ItemType Directory
        (Get-Content (Join-Path (Get-PAServer).Folder dir.json) -Raw) -replace '("location":\s*")[^"]+', '$1https://other.test/dir' |
            Set-Content "$env:POSHACME_HOME/other/dir.json"
        Remove-PAServer -Name other -Force
        (Get-PAServer -List).location | Should -Be $pebble.DirectoryUrl
        (Get-PAServer).location | Should -Be $pebble.DirectoryUrl
    }

    It 'ends the accounts at the CA with -DeactivateAccounts' {
        Export-PAAccountKey -OutputFile "$TestDrive/server.key" -Force
        Remove-PAServer $pebble.DirectoryUrl -DeactivateAccounts -Force
        Use-Pebble $pebble
        { New-PAAccount -KeyFile "$TestDrive/server.key" -OnlyReturnExisting } | Should -Throw -ErrorId 'AcmeProblem.unauthorized,*'
    }

    It 'asks when there are accounts, and not when there are none' {
        Invoke-Unattended "Remove-PAServer $($pebble.DirectoryUrl)" | Should -BeLike 'ConfirmationNeeded*'
        (Get-PAServer).location | Should -Be $pebble.DirectoryUrl
        Remove-PAAccount $account.id -Force
        Invoke-Unattended "Remove-PAServer $($pebble.DirectoryUrl)" | Should -BeNullOrEmpty
        Get-PAServer -List | Should -BeNullOrEmpty
    }

    It 'needs a server that is there: <Case>' -ForEach @(
        @{ Case = 'none given'; Arguments = @{}; ErrorId = 'NoServerGiven' }
        @{ Case = 'an unknown name'; Arguments = @{ Name = 'nowhere' }; ErrorId = 'ServerNotFound' }
        @{ Case = 'an unknown URL'; Arguments = @{ DirectoryUrl = 'LE_STAGE' }; ErrorId = 'ServerNotFound' }
    ) {
        Remove-PAServer @Arguments -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike "$ErrorId,*"
    }

    It 'changes nothing with -WhatIf, neither here nor at the CA' {
        $before = Get-TreeState
        $asked = @(Get-PebbleRequest $pebble).Count
        Remove-PAServer $pebble.DirectoryUrl -DeactivateAccounts -Force -WhatIf
        Get-TreeState | Should -Be $before
        @(Get-PebbleRequest $pebble).Count | Should -Be $asked
    }
}

Describe 'Set-PAAccount -Deactivate' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble
        $account = New-PAAccount -AcceptTOS
    }

    AfterEach {
        Remove-TestProfile
    }

    It 'ends the account at the CA and keeps it in the profile' {
        Set-PAAccount -Deactivate -Force | Should -BeNullOrEmpty
        (Get-PAAccount).status | Should -Be deactivated
        { New-PAOrder one.test } | Should -Throw 'Account status is deactivated.*'
        Set-PAAccount -Deactivate -Force 3>&1 | Should -BeLike '*already*'
    }

    It 'ends nothing when nobody is there to agree' {
        Invoke-Unattended 'Set-PAAccount -Deactivate' | Should -BeLike 'ConfirmationNeeded*'
        (Get-PAAccount -Refresh).status | Should -Be valid
    }
}
