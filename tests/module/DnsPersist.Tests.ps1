#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The commands for dns-persist-01. No Pebble that is to be had everywhere offers the challenge; the validation itself is
# tested in xunit, against a server that does.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $null = New-TestProfile
    $account = 'https://ca.example/acct/1'
    $quiet = @{ Plugin = 'Manual'; PluginArgs = @{ ManualNonInteractive = $true } }

    # The lines of the table that the plugin Manual shows, without the space between.
    function Get-Shown([scriptblock] $Command) {
        $text = (& $Command 6>&1 | Out-String) -split '\r?\n'
        @($text | Where-Object { $_ -match '_validation-persist' } | ForEach-Object { $_.Trim() -replace '\s{2,}', ' = ' })
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Publish-DnsPersistChallenge by hand' {
    It 'needs neither a server nor an account' {
        Get-Shown { Publish-DnsPersistChallenge b.test, *.a.test $account CA.example. @quiet } | Should -Be @(
            "_validation-persist.a.test = ca.example; accounturi=$account"
            "_validation-persist.b.test = ca.example; accounturi=$account"
        )
    }

    It 'takes domains from the pipeline, and all parameters by name' {
        $until = [DateTimeOffset]::FromUnixTimeSeconds(4102444800)
        Get-Shown { 'a.test', 'b.a.test', 'c.test' | Publish-DnsPersistChallenge -AccountUri $account -IssuerDomainName ca.example -AllowWildcard -PersistUntil $until @quiet } | Should -Be @(
            "_validation-persist.a.test = ca.example; accounturi=$account; policy=wildcard; persistUntil=4102444800"
            "_validation-persist.c.test = ca.example; accounturi=$account; policy=wildcard; persistUntil=4102444800"
        )
    }

    It 'publishes covered names too with -UseAllDomains' {
        Get-Shown { Publish-DnsPersistChallenge a.test, b.a.test $account ca.example -AllowWildcard -UseAllDomains @quiet } | Should -HaveCount 2
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'InvalidAccountUri'; Arguments = 'a.test', 'acct/1', 'ca.example'; More = @{} }
        @{ Id = 'InvalidIssuerDomainName'; Arguments = 'a.test', 'https://ca.example/1', 'https://ca.example'; More = @{} }
        @{ Id = 'InvalidDomainName'; Arguments = 'a..test', 'https://ca.example/1', 'ca.example'; More = @{} }
        @{ Id = 'PersistUntilPassed'; Arguments = 'a.test', 'https://ca.example/1', 'ca.example'; More = @{ PersistUntil = '2020-01-01' } }
        @{ Id = 'PluginNotForDns'; Arguments = 'a.test', 'https://ca.example/1', 'ca.example'; More = @{ Plugin = 'WebRoot' } }
        @{ Id = 'PluginNotFound'; Arguments = 'a.test', 'https://ca.example/1', 'ca.example'; More = @{ Plugin = 'Nowhere' } }
    ) {
        $named = @{ Plugin = 'Manual'; PluginArgs = @{ ManualNonInteractive = $true } }
        $More.GetEnumerator() | ForEach-Object { $named[$_.Key] = $_.Value }
        { Publish-DnsPersistChallenge @Arguments @named } | Should -Throw -ErrorId "$Id,*"
    }
}

Describe 'Unpublish-DnsPersistChallenge' {
    It 'shows what can be removed' {
        Get-Shown { Unpublish-DnsPersistChallenge a.test $account ca.example @quiet } | Should -Be "_validation-persist.a.test = ca.example; accounturi=$account"
    }
}

Describe 'Publish-DnsPersistChallenge of an order' {
    It 'passes over what the CA does not offer the challenge for, and says so' {
        $pebble = Start-Pebble
        Use-Pebble $pebble
        $null = New-PAAccount -AcceptTOS
        $null = New-PAOrder a.test, *.a.test -KeyLength ec-256 -DnsVariant dns-persist-01 @quiet
        foreach ($publish in { Publish-DnsPersistChallenge -WarningVariable warned -WarningAction SilentlyContinue }, { Get-PAOrder | Publish-DnsPersistChallenge -WarningVariable warned -WarningAction SilentlyContinue }) {
            . $publish 6>&1 | Should -BeNullOrEmpty
            $warned | Should -HaveCount 2
            "$warned" | Should -BeLike '*a.test is passed over*no dns-persist-01 challenge*a wildcard needs -AllowWildcard*'
        }
    }
}

Describe 'A plugin script' {
    It 'gets values with spaces in quotes, as from Posh-ACME, to publish and to remove' {
        $env:POSHACME_PLUGINS = "$PSScriptRoot/Fixtures/Plugins"
        try {
            $given = @{ RecFile = "$TestDrive/persist.txt"; RecSecret = ConvertTo-SecureString s3cr3t -AsPlainText -Force }
            $record = @{ Domain = 'quoted.test'; AccountUri = $account; IssuerDomainName = 'ca.example'; Plugin = 'Recorder'; PluginArgs = $given }
            Publish-DnsPersistChallenge @record -WarningAction Ignore
            Unpublish-DnsPersistChallenge @record
        }
        finally {
            $env:POSHACME_PLUGINS = $null
        }
        $value = """ca.example; accounturi=$account"""
        Get-Content $given.RecFile | Select-Object -First 1 | Should -BeLike "add _validation-persist.quoted.test $value s3cr3t *"
        Get-Content $given.RecFile | Where-Object { $_ -like 'remove*' } | Should -Be "remove _validation-persist.quoted.test $value"
    }
}
