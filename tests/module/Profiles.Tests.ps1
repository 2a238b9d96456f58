#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Get-PAProfile and Get-DnsAcctLabel on a profile that was made by hand: no server is asked.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $null = Import-TestModule
    $savedHome = $env:POSHACME_HOME
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $directory = "$env:POSHACME_HOME/test-server/dir.json"

    function Set-Profile([Collections.IDictionary] $Profiles) {
        $json = Get-Content $directory -Raw | ConvertFrom-Json -AsHashtable
        $json.meta = if ($null -eq $Profiles) { @{} } else { @{ profiles = $Profiles } }
        $json | ConvertTo-Json -Depth 5 | Set-Content $directory
    }
}

AfterAll {
    $env:POSHACME_HOME = $savedHome
}

Describe 'Get-PAProfile' {
    BeforeEach {
        Set-Profile ([ordered]@{ classic = 'https://ca.example.test/classic'; shortlived = 'six days' })
    }

    It 'shows names and descriptions as the CA lists them' {
        $found = Get-PAProfile
        $found.Profile | Should -Be classic, shortlived
        $found.ProfileDescription | Should -Be https://ca.example.test/classic, 'six days'
        $found[0].PSTypeNames | Should -Contain PoshACME.PAProfile
    }

    It 'shows one by its name, in any case' {
        (Get-PAProfile ShortLived).ProfileDescription | Should -Be 'six days'
        Get-PAProfile unknown | Should -BeNullOrEmpty
    }

    It 'gives nothing for a CA without profiles' {
        Set-Profile $null
        Get-PAProfile | Should -BeNullOrEmpty
    }

    It 'needs a server' {
        $env:POSHACME_HOME = "$TestDrive/nowhere"
        try {
            { Get-PAProfile } | Should -Throw 'No ACME server configured. Run Set-PAServer first.*'
        }
        finally {
            $env:POSHACME_HOME = "$TestDrive/profile"
        }
    }
}

Describe 'Get-DnsAcctLabel' {
    It 'gives the label of the specification''s example' {
        Get-DnsAcctLabel https://example.com/acme/acct/ExampleAccount | Should -BeExactly _ujmmovf2vn55tgye._acme-challenge
    }

    It 'takes accounts from the pipeline' {
        $labels = Get-PAAccount -List | Select-Object @{ n = 'location'; e = { "$($_.location)/$($_.id)" } } | Get-DnsAcctLabel
        @($labels | Select-Object -Unique) | Should -HaveCount 2
        Get-PAAccount | Get-DnsAcctLabel | Should -BeExactly (Get-DnsAcctLabel (Get-PAAccount).location)
    }
}
