#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The commands for HTTP challenge files, with real folders.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $null = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME

    function New-Folder {
        (New-Item "$TestDrive/$([guid]::NewGuid().ToString('N'))" -ItemType Directory).FullName
    }

    # The relative paths of all files below a folder but the web.config that Windows gets.
    function Get-RelativeFile([string]$Folder) {
        @(Get-ChildItem $Folder -Recurse -File -Force | Where-Object Name -NE web.config |
            ForEach-Object { $_.FullName.Substring($Folder.Length + 1).Replace('\', '/') } | Sort-Object)
    }
}

AfterAll {
    $env:POSHACME_HOME = $savedHome
}

Describe 'Publish-HttpChallengeFile' {
    It 'writes the key authorization, and nothing else, below every web root' {
        $one, $two = (New-Folder), (New-Folder)
        New-TestAuthorization www.example.test -Token tok | Publish-HttpChallengeFile -WebRoot $one, $two | Should -BeNullOrEmpty
        foreach ($root in $one, $two) {
            Get-RelativeFile $root | Should -Be '.well-known/acme-challenge/tok'
            [IO.File]::ReadAllBytes("$root/.well-known/acme-challenge/tok") |
                Should -Be ([Text.Encoding]::ASCII.GetBytes((Get-ExpectedKeyAuthorization tok)))
        }
    }

    It 'writes exactly into the folder of -ExactPath' {
        $folder = New-Folder
        New-TestAuthorization www.example.test -Token tok | Publish-HttpChallengeFile -ExactPath $folder
        Get-RelativeFile $folder | Should -Be tok
    }

    It 'takes the authorizations as an argument too' {
        $root = New-Folder
        Publish-HttpChallengeFile ((New-TestAuthorization a.example.test -Token a), (New-TestAuthorization b.example.test -Token b)) -WebRoot $root
        Get-RelativeFile $root | Should -Be '.well-known/acme-challenge/a', '.well-known/acme-challenge/b'
    }

    It 'resolves a path as PowerShell does: <Path>' -ForEach @(
        @{ Path = 'www' }
        @{ Path = './www/../www' }
        @{ Path = 'Web:/www' }
    ) {
        $folder = New-Folder
        $null = New-Item "$folder/www" -ItemType Directory
        $null = New-PSDrive Web FileSystem $folder
        Push-Location $folder
        try {
            Publish-HttpChallengeFile -Token tok -KeyAuthorization tok.print -ExactPath $Path
        }
        finally {
            Pop-Location
            Remove-PSDrive Web
        }
        Get-RelativeFile $folder | Should -Be www/tok
    }

    It 'writes a file by hand without a profile' {
        $folder = New-Folder
        $env:POSHACME_HOME = "$TestDrive/nowhere"
        try {
            Publish-HttpChallengeFile tok tok.print -WebRoot $folder
            Test-Path $env:POSHACME_HOME | Should -BeFalse
        }
        finally {
            $env:POSHACME_HOME = "$TestDrive/profile"
        }
        Get-Content "$folder/.well-known/acme-challenge/tok" -Raw | Should -Be tok.print
    }

    It 'uses the key of the account that is given' {
        $folder = New-Folder
        New-TestAuthorization www.example.test -Token tok | Publish-HttpChallengeFile -Account other -ExactPath $folder
        Get-Content "$folder/tok" -Raw | Should -BeLike 'tok.*'
        Get-Content "$folder/tok" -Raw | Should -Not -Be (Get-ExpectedKeyAuthorization tok)
    }

    It 'passes the authorizations on in their order, marked for Send-ChallengeAck' {
        $auths = (New-TestAuthorization a.example.test), (New-TestAuthorization b.example.test valid), (New-TestAuthorization c.example.test)
        $folder = New-Folder
        $passed = $auths | Publish-HttpChallengeFile -WebRoot $folder -PassThru
        $passed.fqdn | Should -Be $auths.fqdn
        $passed[0, 2].PublishedChallenge | Should -Be http-01, http-01
        $passed[1].PSObject.Properties['PublishedChallenge'] | Should -BeNullOrEmpty
        Get-RelativeFile $folder | Should -HaveCount 2
    }

    It 'reports a wildcard, which no file can validate, and writes the others' {
        $folder = New-Folder
        $passed = (New-TestAuthorization *.example.test), (New-TestAuthorization www.example.test -Token tok) |
            Publish-HttpChallengeFile -ExactPath $folder -PassThru -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ChallengeNotOffered,*'
        $failed[0].Exception.Message | Should -BeLike '*http-01*`*.example.test*'
        $passed.fqdn | Should -Be www.example.test
        Get-RelativeFile $folder | Should -Be tok
    }

    It 'changes nothing and passes nothing on under -WhatIf' {
        $folder = New-Folder
        New-TestAuthorization www.example.test | Publish-HttpChallengeFile -WebRoot $folder -PassThru -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
    }

    It 'writes nothing and passes nothing on when one web root is missing' {
        $folder = New-Folder
        $passed = [Collections.Generic.List[object]]::new()
        { New-TestAuthorization www.example.test | Publish-HttpChallengeFile -WebRoot $folder, "$folder/missing" -PassThru | ForEach-Object { $passed.Add($_) } } |
            Should -Throw -ErrorId 'WebRootNotFound,*'
        $passed | Should -HaveCount 0
        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
    }

    It 'refuses <What> and writes nothing' -ForEach @(
        @{ What = 'a token with dots'; Token = '../tok'; KeyAuthorization = '../tok.print'; Id = 'InvalidToken' }
        @{ What = 'a token with a line break'; Token = "tok`n"; KeyAuthorization = 'tok.print'; Id = 'InvalidToken' }
        @{ What = 'a key authorization of another token'; Token = 'tok'; KeyAuthorization = 'kot.print'; Id = 'InvalidKeyAuthorization' }
    ) {
        $folder = New-Folder
        { Publish-HttpChallengeFile $Token $KeyAuthorization -WebRoot $folder } | Should -Throw -ErrorId "$Id,*"
        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
    }

    It 'refuses a path that is not of the file system' {
        { Publish-HttpChallengeFile tok tok.print -ExactPath Env:\ } | Should -Throw -ErrorId 'NotAFilePath,*'
    }

    It 'does not take a web root together with an exact path' {
        { Publish-HttpChallengeFile tok tok.print -ExactPath . -WebRoot . } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'tells where the file is' {
        $folder = New-Folder
        $path = Join-Path $folder tok
        "$(New-TestAuthorization www.example.test -Token tok | Publish-HttpChallengeFile -ExactPath $folder -Verbose 4>&1)" |
            Should -BeLike "*The challenge file for www.example.test is $path*"
    }
}

Describe 'Unpublish-HttpChallengeFile' {
    It 'removes the files of authorizations, whatever became of them, and the folders that are empty then' {
        $one, $two = (New-Folder), (New-Folder)
        Set-Content "$two/index.html" home
        $auths = (New-TestAuthorization a.example.test), (New-TestAuthorization b.example.test), (New-TestAuthorization *.example.test)
        $auths[0..1] | Publish-HttpChallengeFile -WebRoot $one, $two
        $auths[0].status = 'valid'
        $auths[1].status = 'invalid'
        $auths | Unpublish-HttpChallengeFile -WebRoot $one, $two | Should -BeNullOrEmpty
        Get-ChildItem $one -Force | Should -BeNullOrEmpty
        (Get-ChildItem $two -Force).Name | Should -Be index.html
    }

    It 'removes a file by hand, and is content when it is not there' {
        $folder = New-Folder
        Publish-HttpChallengeFile tok tok.print -ExactPath $folder
        1..2 | ForEach-Object { Unpublish-HttpChallengeFile tok tok.print -ExactPath $folder }
        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
    }

    It 'leaves a file that is no challenge file, with a warning' {
        $folder = New-Folder
        Set-Content "$folder/page" home
        Unpublish-HttpChallengeFile page page.print -ExactPath $folder -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        Get-RelativeFile $folder | Should -Be page
    }

    It 'removes nothing under -WhatIf' {
        $folder = New-Folder
        Publish-HttpChallengeFile tok tok.print -ExactPath $folder
        Unpublish-HttpChallengeFile tok tok.print -ExactPath $folder -WhatIf
        Get-RelativeFile $folder | Should -Be tok
    }
}
