#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Test-PADns against a real DNS server that answers as the test says. It knows no SOA, so nothing is said of zones.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $null = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $dns = Start-TestDns
    $here = @{ NameServer = $dns.NameServer }

    # A name that no other test uses.
    function New-Name {
        "n$([guid]::NewGuid().ToString('N').Substring(0, 8)).test"
    }

    function Add-Caa([string]$Name, [string]$Value, [string]$Tag = 'issue') {
        $body = @{ host = "$Name."; policies = @(@{ tag = $Tag; value = $Value }) } | ConvertTo-Json -Depth 3
        $null = Invoke-RestMethod "$($dns.Url)/add-caa" -Method Post -Body $body
    }
}

AfterAll {
    Stop-TestServer $dns
    $env:POSHACME_HOME = $savedHome
}

Describe 'Test-PADns' {
    It 'writes one object for each name, in their order, whether or not there are findings' {
        $first, $second = (New-Name), "*.$(New-Name)"
        $reports = $first | Test-PADns @here
        $reports.PSTypeNames[0] | Should -Be PoshAcmeSharp.DnsReport
        $reports.Name, $reports.RecordName, $reports.ResolvedName | Should -Be $first, "_acme-challenge.$first", "_acme-challenge.$first"
        $reports.IsReady | Should -BeTrue
        (Test-PADns -Name $second, $first @here).Name | Should -Be $second, $first
    }

    It 'compares CAA records with the CA that is named, with what to do' {
        $name = New-Name
        Add-Caa $name other.example
        $report = Test-PADns "www.$name" @here -CaaIdentity ca.example
        $report.IsReady | Should -BeFalse
        $finding = $report.Findings | Where-Object Id -EQ CaaForbids
        $finding.PSTypeNames[0] | Should -Be PoshAcmeSharp.DnsFinding
        $finding.Severity | Should -Be Error
        $finding.Message | Should -BeLike "*$name*other.example*ca.example*"
        $finding.Advice | Should -BeLike '*0 issue "ca.example"*'
        (Test-PADns $name @here -CaaIdentity ca.example, other.example).IsReady | Should -BeTrue
    }

    It 'takes the CA and the account from the current server' {
        $file = "$env:POSHACME_HOME/test-server/dir.json"
        $before = Get-Content $file -Raw
        $directory = $before | ConvertFrom-Json
        $directory | Add-Member meta ([pscustomobject]@{ caaIdentities = @('ca.example') })
        try {
            $directory | ConvertTo-Json | Set-Content $file
            $name, $other = (New-Name), (New-Name)
            Add-Caa $name 'ca.example; accounturi=https://acme.example.test/acct/1'
            Add-Caa $other 'ca.example; accounturi=https://acme.example.test/acct/2'
            (Test-PADns $name @here).IsReady | Should -BeTrue
            (Test-PADns $other @here).Findings.Id | Should -Contain CaaOtherAccount
        }
        finally {
            Set-Content $file $before
        }
    }

    It 'needs no profile' {
        $home1 = $env:POSHACME_HOME
        $env:POSHACME_HOME = "$TestDrive/nothing"
        try {
            $name = New-Name
            Add-Caa $name other.example
            (Test-PADns $name @here).Findings.Id | Should -Contain CaaLimits
            $env:POSHACME_HOME | Should -Not -Exist
        }
        finally {
            $env:POSHACME_HOME = $home1
        }
    }

    It 'follows an alias and tells what is left at its end' {
        $name = New-Name
        Add-TestAlias $dns "_acme-challenge.$name" "auth.$name"
        Add-TestTxt $dns "auth.$name" old
        $report = Test-PADns $name @here
        $report.ResolvedName | Should -Be "auth.$name"
        $report.Findings.Id | Should -Contain Alias
        $report.Findings.Id | Should -Contain LeftoverValues
    }

    It 'has a finding and no error for a server that does not answer' {
        $report = Test-PADns (New-Name) -NameServer 127.0.0.1:9 -ErrorAction Stop
        $report.IsReady | Should -BeFalse
        $report.Findings[0].Severity | Should -Be Error
    }

    It 'has an error for what is no name, and goes on with the others' {
        $name = New-Name
        (Test-PADns 'a b', $name @here -ErrorVariable failed -ErrorAction SilentlyContinue).Name | Should -Be $name
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidDomainName,*'
    }

    It 'has an error for an IP address, which is not validated by DNS' {
        $name = New-Name
        (Test-PADns 192.0.2.1, 2001:db8::1, $name @here -ErrorVariable failed -ErrorAction SilentlyContinue).Name | Should -Be $name
        "$($failed[0])", "$($failed[1])" | Should -BeLike '*is an IP address*'
    }

    It 'is a table of at most 80 columns, and a list with what to do' {
        $name = New-Name
        Add-Caa $name ';'
        $report = Test-PADns $name @here
        $table = ($report | Out-String -Width 80) -replace "`e\[[0-9;]*m"
        $table | Should -Match 'Name +Ready +Findings'
        $table -replace '\s+' | Should -BeLike '*Error:TheCAArecordsof*'
        ($report | Format-List | Out-String -Width 200) | Should -BeLike '*Error CaaForbids: *Add a CAA record*'
    }
}
