#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Wait-PADnsRecord against a real DNS server that answers as the test says.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $module = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $dns = Start-TestDns
    $other = Start-TestDns
    $here = @{ NameServer = $dns.NameServer }

    # A name that no other test uses.
    function New-Name {
        "n$([guid]::NewGuid().ToString('N')).example.test"
    }

    function Add-Answer($Authorization) {
        Add-TestTxt $dns "_acme-challenge.$($Authorization.DNSId)" (Get-ExpectedTxt $Authorization.DNS01Token)
    }
}

AfterAll {
    Stop-TestServer $dns
    Stop-TestServer $other
    $env:POSHACME_HOME = $savedHome
}

Describe 'Wait-PADnsRecord' {
    It 'finds a record by hand and says what each server said' {
        $name = New-Name
        Add-TestTxt $dns $name one
        Add-TestTxt $dns $name two
        $result = Wait-PADnsRecord $name two, one @here
        $result.PSTypeNames[0] | Should -Be PoshAcmeSharp.DnsWaitResult
        $result.RecordName | Should -Be $name
        $result.ResolvedName | Should -Be $name
        $result.Values | Should -Be two, one
        $result.Found | Should -BeTrue
        $result.ElapsedSeconds | Should -BeOfType [double]
        $result.Servers | Should -HaveCount 1
        $result.Servers[0].Name | Should -Be 127.0.0.1
        $result.Servers[0].Address | Should -Be $dns.NameServer
        $result.Servers[0].Status | Should -Be Found
        $result.Servers[0].Values | Sort-Object | Should -Be one, two
        $result.Servers[0].RoundTripMs | Should -BeGreaterOrEqual 0
    }

    It 'is content with any value when none is given' {
        $name = New-Name
        Add-TestTxt $dns $name whatever
        (Wait-PADnsRecord -RecordName $name @here).Found | Should -BeTrue
    }

    It 'waits for the values of authorizations, one object for a domain and its wildcard' {
        $name = New-Name
        $auths = (New-TestAuthorization $name), (New-TestAuthorization "*.$name")
        $auths | ForEach-Object { Add-Answer $_ }
        $result = $auths | Wait-PADnsRecord @here
        $result | Should -HaveCount 1
        $result.RecordName | Should -Be "_acme-challenge.$name"
        $result.Values | Should -Be ($auths | ForEach-Object { Get-ExpectedTxt $_.DNS01Token })
        $result.Found | Should -BeTrue
    }

    It 'finds a record that is published while it waits' {
        $name = New-Name
        $shell = [powershell]::Create()
        $null = $shell.AddScript('Import-Module $args[0]; Wait-PADnsRecord $args[1] one -NameServer $args[2] -Interval 1 -Verbose').
            AddArgument((Join-Path $module.ModuleBase PoshAcmeSharp.psd1)).AddArgument($name).AddArgument($dns.NameServer)
        $running = $shell.BeginInvoke()
        while ($shell.Streams.Verbose.Where({ "$_" -like "*$name is not complete*" }).Count -eq 0 -and -not $running.IsCompleted) {
            Start-Sleep -Milliseconds 50
        }
        Add-TestTxt $dns $name one
        $result = $shell.EndInvoke($running)
        $result.Found | Should -BeTrue
        $result.ElapsedSeconds | Should -BeGreaterThan 0
        @($shell.Streams.Progress.StatusDescription -like "0 of 1 servers. $name is not complete at $($dns.NameServer): Missing.").Count |
            Should -BeGreaterThan 0
    }

    It 'follows aliases' {
        $name = New-Name
        Add-TestAlias $dns $name "target.$name"
        Add-TestTxt $dns "target.$name" one
        $result = Wait-PADnsRecord $name one @here
        $result.Found | Should -BeTrue
        $result.ResolvedName | Should -Be "target.$name"
    }

    It 'reports what is missing where, beside the object, and goes on' {
        $missing, $there = (New-Name), (New-Name)
        Add-TestTxt $dns $missing one
        Add-TestTxt $dns $there one
        $records = $missing, $there | ForEach-Object { [pscustomobject]@{ RecordName = $_; Value = 'one', 'two' } }
        Add-TestTxt $dns $there two
        $result = $records | Wait-PADnsRecord @here -Timeout 0 -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.RecordName | Should -Be $missing, $there
        $result.Found | Should -Be $false, $true
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'DnsRecordNotFound,*'
        $failed[0].CategoryInfo.Category | Should -Be OperationTimeout
        $failed[0].TargetObject | Should -Be $missing
        $failed[0].Exception.Message | Should -Be "After 0 s the TXT record $missing lacks the value two at $($dns.NameServer) (Missing)."
    }

    It 'wants every server to have the value' {
        $name = New-Name
        Add-TestTxt $dns $name one
        $result = Wait-PADnsRecord $name one -NameServer $dns.NameServer, $other.NameServer -Timeout 1 -Interval 1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Found | Should -BeFalse
        $result.Servers.Status | Should -Be Found, Missing
        $failed[0].Exception.Message | Should -BeLike "*$($other.NameServer) (Missing)*"
        $failed[0].Exception.Message | Should -Not -BeLike "*$($dns.NameServer)*"
    }

    It 'passes on with -PassThru what the CA will find, in its order, and only that' {
        $auths = (New-TestAuthorization (New-Name)), (New-TestAuthorization (New-Name)), (New-TestAuthorization (New-Name) valid), (New-TestAuthorization (New-Name))
        Add-Answer $auths[0]
        Add-Answer $auths[3]
        $passed = $auths | Wait-PADnsRecord @here -PassThru -Timeout 0 -ErrorVariable failed -ErrorAction SilentlyContinue
        $passed.fqdn | Should -Be $auths[0, 2, 3].fqdn
        # So that Send-ChallengeAck knows which challenge is meant, whoever has published the records.
        $passed.PublishedChallenge | Should -Be dns-01, dns-01, dns-01
        $failed.TargetObject | Should -Be "_acme-challenge.$($auths[1].fqdn)"
    }

    It 'passes nothing on under -ErrorAction Stop when one record is missing' {
        $auths = (New-TestAuthorization (New-Name)), (New-TestAuthorization (New-Name))
        Add-Answer $auths[0]
        $passed = [Collections.Generic.List[object]]::new()
        { $auths | Wait-PADnsRecord @here -PassThru -Timeout 0 -ErrorAction Stop | ForEach-Object { $passed.Add($_) } } |
            Should -Throw -ErrorId 'DnsRecordNotFound,*'
        $passed | Should -HaveCount 0
    }

    It 'ends at once by Ctrl+C' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript('Import-Module $args[0]; Wait-PADnsRecord $args[1] one -NameServer $args[2] -Timeout 3600 -Interval 3600 -Verbose').
            AddArgument((Join-Path $module.ModuleBase PoshAcmeSharp.psd1)).AddArgument((New-Name)).AddArgument($dns.NameServer)
        $running = $shell.BeginInvoke()
        while ($shell.Streams.Verbose.Where({ "$_" -like '*is not complete*' }).Count -eq 0 -and -not $running.IsCompleted) {
            Start-Sleep -Milliseconds 50
        }
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a server that is none'; Arguments = @{ RecordName = 'a.example.test'; NameServer = 'a b' }; Id = 'InvalidNameServer,*' }
        @{ What = 'a port that is none'; Arguments = @{ RecordName = 'a.example.test'; NameServer = '127.0.0.1:0' }; Id = 'InvalidNameServer,*' }
        @{ What = 'a name with a space'; Arguments = @{ RecordName = 'a b' }; Id = 'InvalidDomainName,*' }
        @{ What = 'a negative time'; Arguments = @{ RecordName = 'a.example.test'; Timeout = -1 }; Id = 'ParameterArgumentValidationError,*' }
    ) {
        { Wait-PADnsRecord @Arguments } | Should -Throw -ErrorId $Id
    }

    It 'reports an authorization that DNS cannot validate' {
        $address = New-TestAuthorization 192.0.2.1
        $address.challenges = @($address.challenges[1])
        $address.DNS01Token = $null
        $address | Wait-PADnsRecord @here -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ChallengeNotOffered,*'
    }
}

Describe 'What is shown of a wait' {
    BeforeAll {
        function Get-Line($Result) {
            ($Result | Out-String -Width 200).Trim() -split '\r?\n' -replace "`e\[[0-9;]*m" | Where-Object { $_ }
        }

        function New-Result([bool]$Found, [hashtable[]]$Servers) {
            [pscustomobject]@{
                PSTypeName = 'PoshAcmeSharp.DnsWaitResult'; RecordName = '_acme-challenge.example.test'; Found = $Found; ElapsedSeconds = 12.5
                Servers    = @($Servers | ForEach-Object { [pscustomobject]$_ })
            }
        }
    }

    It 'is a line with every server once when the record was found' {
        $lines = Get-Line (New-Result $true @{ Name = 'ns1.example.net'; Address = '192.0.2.1:53'; Status = 'Found' },
            @{ Name = 'ns1.example.net'; Address = '[2001:db8::1]:53'; Status = 'NoRoute' }, @{ Name = '192.0.2.2'; Address = '192.0.2.2:53'; Status = 'Found' })
        -split $lines[0] | Should -Be RecordName, Found, Seconds, Servers
        $lines[2] | Should -Match '^_acme-challenge\.example\.test +True +12[.,]5 +ns1\.example\.net, 192\.0\.2\.2:53$'
    }

    It 'is a line with the servers that lack it when it was not' {
        $lines = Get-Line (New-Result $false @{ Name = 'ns1.example.net'; Address = '192.0.2.1:53'; Status = 'Found' },
            @{ Name = 'ns2.example.net'; Address = '192.0.2.2:53'; Status = 'Missing' })
        $lines[2] | Should -Match 'False +12[.,]5 +ns2\.example\.net Missing$'
    }

    It 'is a table for the servers' {
        $name = New-Name
        Add-TestTxt $dns $name one
        $lines = Get-Line (Wait-PADnsRecord $name one @here).Servers
        -split $lines[0] | Should -Be Name, Address, Status, RoundTripMs, Values
        $lines[2] | Should -BeLike "127.0.0.1*$($dns.NameServer)*Found*{one}"
    }
}
