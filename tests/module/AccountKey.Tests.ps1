#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Export-PAAccountKey on a profile that was made by hand.

BeforeDiscovery {
    $hasModes = -not $IsWindows
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $null = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME

    function Read-EcKey([string]$Path) {
        $key = [Security.Cryptography.ECDsa]::Create()
        $key.ImportFromPem((Get-Content $Path -Raw))
        $key.ExportParameters($true)
    }

    # Makes an account with an RSA key of the platform and returns the key.
    function Add-RsaAccount([string]$Id) {
        $rsa = [Security.Cryptography.RSA]::Create(2048)
        $file = "$TestDrive/$Id.pem"
        Set-Content $file $rsa.ExportRSAPrivateKeyPem()
        $parameters = $rsa.ExportParameters($true)
        $key = [ordered]@{ kty = 'RSA' }
        foreach ($pair in 'n Modulus', 'e Exponent', 'd D', 'p P', 'q Q', 'dp DP', 'dq DQ', 'qi InverseQ') {
            $name, $member = -split $pair
            $key[$name] = [Convert]::ToBase64String($parameters.$member).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        }
        $folder = New-Item "$env:POSHACME_HOME/test-server/$Id" -ItemType Directory
        @{ status = 'valid'; contact = @(); location = "https://acme.example.test/acct/$Id"; key = $key; alg = 'RS256'; KeyLength = '2048' } |
            ConvertTo-Json | Set-Content "$folder/acct.json"
        $rsa
    }
}

AfterAll {
    $env:POSHACME_HOME = $savedHome
}

Describe 'Export-PAAccountKey' {
    It 'writes the key of the current account as SEC 1' {
        Export-PAAccountKey -OutputFile "$TestDrive/main.key" | Should -BeNullOrEmpty
        Get-Content "$TestDrive/main.key" -TotalCount 1 | Should -Be '-----BEGIN EC PRIVATE KEY-----'
        $d = [Convert]::ToBase64String((Read-EcKey "$TestDrive/main.key").D).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        $d | Should -Be $accountKey.d
    }

    It 'writes the key of another account, an RSA key as PKCS#8' {
        $rsa = Add-RsaAccount rsa
        Export-PAAccountKey rsa -OutputFile "$TestDrive/rsa.key"
        Get-Content "$TestDrive/rsa.key" -TotalCount 1 | Should -Be '-----BEGIN PRIVATE KEY-----'
        $written = [Security.Cryptography.RSA]::Create()
        $written.ImportFromPem((Get-Content "$TestDrive/rsa.key" -Raw))
        $written.ExportParameters($true).D | Should -Be $rsa.ExportParameters($true).D
    }

    It 'gives the file to its owner alone, also over one that all could read' -Skip:(-not $hasModes) {
        $path = "$TestDrive/open.key"
        Set-Content $path old
        [IO.File]::SetUnixFileMode($path, 'UserRead, UserWrite, GroupRead, OtherRead')
        Export-PAAccountKey -OutputFile $path -Force
        [IO.File]::GetUnixFileMode($path) | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'does not write over a file when nobody is there to agree' {
        $path = "$TestDrive/kept.key"
        Set-Content $path kept
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $said = '' | & $program -NoProfile -NonInteractive -Command "
            Import-Module '$(Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1)'
            try { Export-PAAccountKey -OutputFile '$path' } catch { `$_.FullyQualifiedErrorId }"
        $said | Should -BeLike 'ConfirmationNeeded*'
        Get-Content $path | Should -Be kept
    }

    It 'writes over a file with -Force' {
        $path = "$TestDrive/forced.key"
        Set-Content $path old
        Export-PAAccountKey -OutputFile $path -Force
        Get-Content $path -TotalCount 1 | Should -Be '-----BEGIN EC PRIVATE KEY-----'
    }

    It 'writes nothing with -WhatIf' {
        Export-PAAccountKey -OutputFile "$TestDrive/whatif.key" -WhatIf
        "$TestDrive/whatif.key" | Should -Not -Exist
    }

    It 'refuses <Case> with one clear error' -ForEach @(
        @{ Case = 'an account that is not there'; Arguments = @{ ID = 'nobody'; OutputFile = 'x.key' }; ErrorId = 'AccountNotFound' }
        @{ Case = 'a folder that is not there'; Arguments = @{ OutputFile = 'no/such/folder/x.key' }; ErrorId = 'FolderNotFound' }
        @{ Case = 'a path that is not of the file system'; Arguments = @{ OutputFile = 'env:x' }; ErrorId = 'NotAFilePath' }
    ) {
        Push-Location $TestDrive
        try {
            { Export-PAAccountKey @Arguments } | Should -Throw -ErrorId "$ErrorId,*"
        }
        finally {
            Pop-Location
        }
    }
}
