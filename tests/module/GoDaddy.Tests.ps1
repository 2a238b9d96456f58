#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The commands for TXT records at GoDaddy, against a stub that refuses what the real API refuses.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $null = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $stub = Start-GoDaddyStub '--zones', 'example.test,example.org', '--key', 'the-key', '--secret', 'S3cr3t-of-key', '--token', 'gd_pat_S3cr3t'
    $denying = Start-GoDaddyStub '--zones', 'example.test', '--access-denied', '--key', 'the-key', '--secret', 'S3cr3t-of-key'
    $echoing = Start-GoDaddyStub '--zones', 'example.test', '--echo-credential'
    $blind = Start-GoDaddyStub '--zones', 'example.test', '--write-only', '--token', 'gd_pat_S3cr3t'
    $dns = Start-TestDns
    $secure = ConvertTo-SecureString S3cr3t-of-key -AsPlainText -Force
    $token = ConvertTo-SecureString gd_pat_S3cr3t -AsPlainText -Force
    $gd = @{ GDKey = 'the-key'; GDSecretSecure = $secure; GDBaseUri = $stub.Url; NameServer = $dns.NameServer }
    $gdToken = @{ GDToken = $token; GDBaseUri = $stub.Url; NameServer = $dns.NameServer }

    # A name that no other test uses.
    function New-Name {
        "n$([guid]::NewGuid().ToString('N')).example.test"
    }

    function Get-Txt([string]$Name) {
        Get-StubTxt $stub "_acme-challenge.$($Name -replace '\.example\.test$')"
    }
}

AfterAll {
    foreach ($server in $stub, $denying, $echoing, $blind, $dns) {
        Stop-TestServer $server
    }
    $env:POSHACME_HOME = $savedHome
}

Describe 'Publish-GoDaddyTxtRecord' {
    It 'adds the values of a domain and its wildcard in one write' {
        $name = New-Name
        $auths = (New-TestAuthorization $name -Token one), (New-TestAuthorization "*.$name" -Token two)
        $auths | Publish-GoDaddyTxtRecord @gd | Should -BeNullOrEmpty
        Get-Txt $name | Should -Be (Get-ExpectedTxt one), (Get-ExpectedTxt two)
        Get-StubRequest $stub | Where-Object { $_.method -eq 'PUT' -and $_.path -like "*/TXT/_acme-challenge.$($name.Split('.')[0])" } |
            Should -HaveCount 1
    }

    It 'takes the authorizations as an argument too' {
        $one, $two = (New-Name), (New-Name)
        Publish-GoDaddyTxtRecord ((New-TestAuthorization $one -Token one), (New-TestAuthorization $two -Token two)) @gd
        Get-Txt $one | Should -Be (Get-ExpectedTxt one)
        Get-Txt $two | Should -Be (Get-ExpectedTxt two)
    }

    It 'works with <With>' -ForEach @(
        @{ With = 'a plain secret'; Credential = { @{ GDKey = 'the-key'; GDSecret = 'S3cr3t-of-key' } } }
        @{ With = 'a plain text as secure secret'; Credential = { @{ GDKey = 'the-key'; GDSecretSecure = 'S3cr3t-of-key' } } }
        @{ With = 'a token'; Credential = { @{ GDToken = $token } } }
        @{ With = 'a customer id'; Credential = { @{ GDKey = 'the-key'; GDSecretSecure = $secure; GDCustomerId = 'stub-customer' } } }
    ) {
        $name = New-Name
        $credential = & $Credential
        New-TestAuthorization $name -Token one | Publish-GoDaddyTxtRecord @credential -GDBaseUri $stub.Url
        Get-Txt $name | Should -Be (Get-ExpectedTxt one)
    }

    It 'passes the authorizations on in their order, marked for Send-ChallengeAck' {
        $auths = (New-TestAuthorization (New-Name)), (New-TestAuthorization (New-Name) valid), (New-TestAuthorization (New-Name))
        $passed = $auths | Publish-GoDaddyTxtRecord @gd -PassThru
        $passed.fqdn | Should -Be $auths.fqdn
        $passed[0].PSTypeNames[0] | Should -Be 'PoshACME.PAAuthorization'
        $passed[0, 2].PublishedChallenge | Should -Be 'dns-01', 'dns-01'
        $passed[1].PSObject.Properties['PublishedChallenge'] | Should -BeNullOrEmpty
    }

    It 'publishes nothing for an authorization that is <Status>, and says so' -ForEach @(
        @{ Status = 'valid'; Says = '*is valid already*' }
        @{ Status = 'invalid'; Says = '*is invalid and skipped*' }
    ) {
        $name = New-Name
        $said = New-TestAuthorization $name $Status | Publish-GoDaddyTxtRecord @gd -Verbose *>&1
        "$said" | Should -BeLike $Says
        Get-Txt $name | Should -BeNullOrEmpty
    }

    It 'uses the key of the account that is given' -ForEach @(
        @{ Account = 'other' }
        @{ Account = [pscustomobject]@{ PSTypeName = 'PoshACME.PAAccount'; id = 'other' } }
    ) {
        $name = New-Name
        New-TestAuthorization $name -Token one | Publish-GoDaddyTxtRecord @gd -Account $Account
        Get-Txt $name | Should -HaveCount 1
        Get-Txt $name | Should -Not -Be (Get-ExpectedTxt one)
    }

    It 'publishes a record by hand and keeps the values that are there' {
        $name = New-Name
        Publish-GoDaddyTxtRecord -RecordName "_acme-challenge.$name" -Value one, two @gd
        Publish-GoDaddyTxtRecord "_acme-challenge.$name" three @gdToken
        Get-Txt $name | Should -Be one, two, three
    }

    It 'takes records from the pipeline by the names of their properties' {
        $name = New-Name
        [pscustomobject]@{ RecordName = "_acme-challenge.$name"; Value = 'one', 'two' } | Publish-GoDaddyTxtRecord @gd
        Get-Txt $name | Should -Be one, two
    }

    It 'needs no profile for a record by hand' {
        $name = New-Name
        $env:POSHACME_HOME = "$TestDrive/nowhere"
        try {
            Publish-GoDaddyTxtRecord "_acme-challenge.$name" one @gd
            Test-Path $env:POSHACME_HOME | Should -BeFalse
        }
        finally {
            $env:POSHACME_HOME = "$TestDrive/profile"
        }
        Get-Txt $name | Should -Be one
    }

    It 'takes authorizations that went through JSON and through a job' {
        $one, $two = (New-Name), (New-Name)
        New-TestAuthorization $one -Token one | ConvertTo-Json -Depth 5 | ConvertFrom-Json | Publish-GoDaddyTxtRecord @gd
        $serialized = [System.Management.Automation.PSSerializer]::Serialize((New-TestAuthorization $two -Token two))
        [System.Management.Automation.PSSerializer]::Deserialize($serialized) | Publish-GoDaddyTxtRecord @gd
        Get-Txt $one | Should -Be (Get-ExpectedTxt one)
        Get-Txt $two | Should -Be (Get-ExpectedTxt two)
    }

    It 'publishes at the end of the aliases of a name' {
        Add-TestAlias $dns _acme-challenge.alias.example.com target.example.org
        New-TestAuthorization alias.example.com -Token one | Publish-GoDaddyTxtRecord @gd
        Get-StubTxt $stub target | Should -Be (Get-ExpectedTxt one)
    }

    It 'publishes at the name itself, with a warning, when the name server does not answer' {
        $name = New-Name
        $silent = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
        try {
            $quiet = $gd.Clone()
            $quiet.NameServer = "127.0.0.1:$($silent.Client.LocalEndPoint.Port)"
            New-TestAuthorization $name -Token one | Publish-GoDaddyTxtRecord @quiet -WarningVariable warned -WarningAction SilentlyContinue
        }
        finally {
            $silent.Dispose()
        }
        $warned | Should -HaveCount 1
        "$warned" | Should -BeLike "*_acme-challenge.$name is an alias*"
        Get-Txt $name | Should -Be (Get-ExpectedTxt one)
    }

    It 'changes nothing and passes nothing on under -WhatIf' {
        $name = New-Name
        $before = (Get-StubRequest $stub).Count
        New-TestAuthorization $name | Publish-GoDaddyTxtRecord @gd -PassThru -WhatIf | Should -BeNullOrEmpty
        (Get-StubRequest $stub).Count | Should -Be $before
    }

    It 'passes nothing on when one of the records cannot be published' {
        $passed = [Collections.Generic.List[object]]::new()
        { (New-TestAuthorization (New-Name)), (New-TestAuthorization elsewhere.example.com) |
            Publish-GoDaddyTxtRecord @gd -PassThru | ForEach-Object { $passed.Add($_) } } |
            Should -Throw -ErrorId 'GoDaddy.ZoneNotFound,*'
        $passed | Should -HaveCount 0
    }

    It 'reports what is no authorization and publishes the others' {
        $name = New-Name
        $passed = 'rubbish', (New-TestAuthorization $name -Token one) | Publish-GoDaddyTxtRecord @gd -PassThru -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidAuthorization,*'
        $failed[0].TargetObject | Should -Be rubbish
        $passed.fqdn | Should -Be $name
    }

    It 'publishes nothing after a bad object under -ErrorAction Stop' {
        $name = New-Name
        { (New-TestAuthorization $name), 'rubbish' | Publish-GoDaddyTxtRecord @gd -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidAuthorization,*'
        Get-Txt $name | Should -BeNullOrEmpty
    }
}

Describe 'Unpublish-GoDaddyTxtRecord' {
    It 'removes the values of authorizations, whatever became of them, and leaves others' {
        $name = New-Name
        $auths = (New-TestAuthorization $name -Token one), (New-TestAuthorization "*.$name" -Token two)
        $auths | Publish-GoDaddyTxtRecord @gd
        Publish-GoDaddyTxtRecord "_acme-challenge.$name" mine @gd
        $auths[0].status = 'valid'
        $auths[1].status = 'invalid'
        $auths | Unpublish-GoDaddyTxtRecord @gd | Should -BeNullOrEmpty
        Get-Txt $name | Should -Be mine
    }

    It 'removes with a token what was published with a token' {
        $name = New-Name
        $auth = New-TestAuthorization $name
        $auth | Publish-GoDaddyTxtRecord @gdToken
        $auth | Unpublish-GoDaddyTxtRecord @gdToken
        Get-Txt $name | Should -BeNullOrEmpty
    }

    It 'removes with a token that may not read what another command published with it' {
        $name = New-Name
        $auth = New-TestAuthorization $name
        $auth | Publish-GoDaddyTxtRecord -GDToken $token -GDBaseUri $blind.Url
        Get-StubTxt $blind "_acme-challenge.$($name -replace '\.example\.test$')" | Should -HaveCount 1
        $auth | Unpublish-GoDaddyTxtRecord -GDToken $token -GDBaseUri $blind.Url
        Get-StubTxt $blind "_acme-challenge.$($name -replace '\.example\.test$')" | Should -BeNullOrEmpty
    }

    It 'removes a value by hand, and is content when it is not there' {
        $name = New-Name
        Publish-GoDaddyTxtRecord "_acme-challenge.$name" one, two @gd
        1..2 | ForEach-Object { Unpublish-GoDaddyTxtRecord "_acme-challenge.$name" one @gd }
        Get-Txt $name | Should -Be two
    }

    It 'removes nothing under -WhatIf' {
        $name = New-Name
        $auth = New-TestAuthorization $name -Token one
        $auth | Publish-GoDaddyTxtRecord @gd
        $auth | Unpublish-GoDaddyTxtRecord @gd -WhatIf
        Get-Txt $name | Should -Be (Get-ExpectedTxt one)
    }

    It 'has nothing to remove for an authorization without a DNS challenge' {
        $auth = New-TestAuthorization (New-Name) valid
        $auth.challenges = @($auth.challenges[1])
        $auth.DNS01Token = $null
        "$($auth | Unpublish-GoDaddyTxtRecord @gd -Verbose 4>&1)" | Should -BeLike '*nothing to remove*'
    }
}

Describe 'What is wrong with the credential' {
    It 'is one error: <Id>' -ForEach @(
        @{ Id = 'InvalidPluginArguments'; Credential = { @{ GDKey = 'the-key' } }; Says = '*without its secret*' }
        @{ Id = 'InvalidPluginArguments'; Credential = { @{ GDKey = 'the-key'; GDSecret = 'a'; GDSecretSecure = $secure } }; Says = '*both given*' }
        @{ Id = 'InvalidPluginArguments'; Credential = { @{ GDToken = $token; GDUseOTE = $true; GDBaseUri = $stub.Url } }; Says = '*GDUseOTE and GDBaseUri*' }
        @{ Id = 'InsecureBaseUri'; Credential = { @{ GDToken = $token; GDBaseUri = 'http://gateway.example.test' } }; Says = '*unencrypted*' }
        @{ Id = 'GoDaddy.Unauthorized'; Credential = { @{ GDToken = 'gd_pat_wrong'; GDBaseUri = $stub.Url } }; Says = '*does not know the token*' }
        @{ Id = 'GoDaddy.AccessDenied'; Credential = { @{ GDKey = 'the-key'; GDSecretSecure = $secure; GDBaseUri = $denying.Url } }; Says = '*plan or number of domains*' }
    ) {
        $credential = & $Credential
        $seen = { New-TestAuthorization (New-Name) | Publish-GoDaddyTxtRecord @credential } | Should -Throw -ErrorId "$Id,*" -PassThru
        $seen.Exception.Message | Should -BeLike $Says
        $seen.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'is told before anything comes through the pipeline' {
        $asked = [Collections.Generic.List[object]]::new()
        { 1..3 | ForEach-Object { $asked.Add($_); New-TestAuthorization (New-Name) } | Publish-GoDaddyTxtRecord -GDKey the-key } |
            Should -Throw -ErrorId 'InvalidPluginArguments,*'
        $asked | Should -HaveCount 0
    }

    It 'does not mix a key with a token' {
        { Publish-GoDaddyTxtRecord _acme-challenge.example.test one -GDKey the-key -GDToken $token } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}

Describe 'A secret' {
    It 'is never seen, even when the server repeats it: <With>' -ForEach @(
        @{ With = 'a key'; Credential = { @{ GDKey = 'the-key'; GDSecretSecure = 'Zz-never-seen-1' } } }
        @{ With = 'a plain secret'; Credential = { @{ GDKey = 'the-key'; GDSecret = 'Zz-never-seen-1' } } }
        @{ With = 'a token'; Credential = { @{ GDToken = 'Zz-never-seen-1' } } }
    ) {
        $credential = & $Credential
        $auth = New-TestAuthorization (New-Name)
        $all = foreach ($command in 'Publish-GoDaddyTxtRecord', 'Unpublish-GoDaddyTxtRecord') {
            try {
                $auth | & $command @credential -GDBaseUri $echoing.Url -Verbose -Debug *>&1
            }
            catch {
                $_
            }
        }
        $text = ($all | ForEach-Object { "$_"; $_ | Format-List * -Force }) | Out-String -Width 4000
        $text | Should -BeLike '*UNABLE_TO_AUTHENTICATE*'
        $text | Should -Not -BeLike '*Zz-never-seen-1*'
    }

    It 'is not seen in what a success tells' {
        $text = New-TestAuthorization (New-Name) | Publish-GoDaddyTxtRecord @gd -PassThru -Verbose -Debug *>&1 | Out-String -Width 4000
        $text | Should -BeLike '*PUT *'
        $text | Should -Not -BeLike '*S3cr3t-of-key*'
    }

    It 'is not repeated when it is no text at all' {
        $seen = { Publish-GoDaddyTxtRecord _acme-challenge.example.test one -GDToken 4711 } | Should -Throw -PassThru
        $seen.Exception.Message | Should -BeLike '*must be a SecureString or a text*'
        $seen.Exception.Message | Should -Not -BeLike '*4711*'
    }
}
