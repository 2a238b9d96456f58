#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What only some CAs have or do, through the commands, against the scripted server: profiles, the other variants of dns-01,
# authorizations in advance, lists of orders, external accounts, refusals.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $server = Start-ScriptedServer @{
        profiles = [ordered]@{ classic = 'Ninety days'; shortlived = 'Six days' }
        offersDnsAccount = $true
        persistentIssuers = @('ca.example')
        offersPreAuthorization = $true
        ordersPerPage = 2
    }
    $webRoot = (New-Item "$TestDrive/web" -ItemType Directory).FullName
    $web = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = $webRoot } }
    $dns = @{ Plugin = 'PebbleDns'; PluginArgs = @{ PDUrl = $server.ChallengeManagementUrl }; DnsSleep = 0 }
    $env:POSHACME_PLUGINS = "$PSScriptRoot/Support/Plugins"

    function Get-LastOrderRequest {
        @(Get-ScriptedRequest $server NewOrder)[-1].payload
    }

    function Get-ErrorOf([scriptblock] $Script) {
        try {
            $null = & $Script
        }
        catch {
            return $_
        }
        throw 'There was no error.'
    }
}

AfterAll {
    Stop-TestServer
    Remove-TestProfile
    $env:POSHACME_PLUGINS = $null
}

Describe 'A CA' {
    BeforeEach {
        $null = New-TestProfile
        Use-ScriptedServer $server
        $null = New-PAAccount -AcceptTOS -KeyLength ec-256
    }

    Context 'with profiles' {
        It 'has them listed' {
            $profiles = @(Get-PAProfile)
            $profiles.Profile | Should -Be classic, shortlived
            $profiles.ProfileDescription | Should -Be 'Ninety days', 'Six days'
            (Get-PAProfile ShortLived).ProfileDescription | Should -Be 'Six days'
            Get-PAProfile none | Should -BeNullOrEmpty
        }

        It 'gets the one that is chosen, at renewals too' {
            (New-PAOrder profile.test -KeyLength ec-256 -Profile shortlived @web).Profile | Should -Be shortlived
            (Get-LastOrderRequest).profile | Should -Be shortlived
            New-PACertificate profile.test | Should -Not -BeNullOrEmpty
            Submit-Renewal -Force | Should -Not -BeNullOrEmpty
            (Get-LastOrderRequest).profile | Should -Be shortlived
        }

        It 'is not asked for one that it does not have' {
            $requests = @(Get-ScriptedRequest $server NewOrder).Count
            $failed = Get-ErrorOf { New-PAOrder profile.test -Profile tlsserver }
            $failed.FullyQualifiedErrorId | Should -BeLike 'UnknownProfile,*'
            "$failed" | Should -BeLike "*does not offer the profile 'tlsserver', but classic, shortlived.*"
            @(Get-ScriptedRequest $server NewOrder).Count | Should -Be $requests
            Get-PAOrder -List | Should -BeNullOrEmpty
        }
    }

    Context 'with dns-account-01' {
        It 'finds the records below the label of the account, and none is left' {
            $label = Get-DnsAcctLabel (Get-PAAccount).location
            $certificate = New-PACertificate www.account.test, *.www.account.test -CertKeyLength ec-256 -DnsVariant dns-account-01 @dns
            $certificate.AllSANs | Sort-Object | Should -Be '*.www.account.test', 'www.account.test'
            Get-ScriptedTxt $server "$label.www.account.test" | Should -BeNullOrEmpty
            (Get-PAOrder).DnsVariant | Should -Be dns-account-01
            Submit-Renewal -Force | Should -Not -BeNullOrEmpty
        }

        It 'looks nowhere but below the label of the account' {
            $null = New-PAOrder one.account.test, two.account.test -KeyLength ec-256
            $one, $two = Get-PAOrder | Get-PAAuthorization
            Add-TestTxt $server _acme-challenge.one.account.test (Get-KeyAuthorization $one.DNS01Token -ForDNS)
            $challenge = $two.challenges | Where-Object type -EQ dns-account-01
            Add-TestTxt $server "$(Get-DnsAcctLabel (Get-PAAccount).location).two.account.test" (Get-KeyAuthorization $challenge.token -ForDNS)
            ($one.challenges | Where-Object type -EQ dns-account-01).url, $challenge.url | Send-ChallengeAck
            (Get-PAOrder | Get-PAAuthorization).status | Should -Be invalid, valid
        }
    }

    Context 'with dns-persist-01' {
        It 'issues again and again by one record, until it is removed' {
            $null = New-PAOrder persist.test, *.persist.test -KeyLength ec-256 -DnsVariant dns-persist-01 @dns
            Publish-DnsPersistChallenge -AllowWildcard
            Get-ScriptedTxt $server _validation-persist.persist.test |
                Should -Be "ca.example; accounturi=$((Get-PAAccount).location); policy=wildcard"
            (New-PACertificate persist.test, *.persist.test).AllSANs | Sort-Object | Should -Be '*.persist.test', 'persist.test'
            Submit-Renewal -Force | Should -Not -BeNullOrEmpty
            Get-ScriptedTxt $server _validation-persist.persist.test | Should -HaveCount 1 -Because 'it stays'

            Unpublish-DnsPersistChallenge -AllowWildcard
            Get-ScriptedTxt $server _validation-persist.persist.test | Should -BeNullOrEmpty
            { Submit-Renewal -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ValidationFailed,*' -ExpectedMessage '*_validation-persist.persist.test*'
        }
    }

    Context 'with authorizations in advance' {
        It 'gives them, and they are validated without an order' {
            $authorizations = New-PAAuthorization a.advance.test, 192.0.2.7
            $authorizations.status | Should -Be pending, pending
            $authorizations.DNSId | Should -Be a.advance.test, 192.0.2.7
            $authorizations.HTTP01Url | Send-ChallengeAck
            ($authorizations.location | Get-PAAuthorization).status | Should -Be valid, valid
            Get-PAOrder -List | Should -BeNullOrEmpty
        }

        It 'refuses one name and gives the others' {
            Set-ScriptedOption $server @{ rejectedNames = @('bad.advance.test') }
            try {
                $authorizations = 'bad.advance.test', 'good.advance.test' | New-PAAuthorization -ErrorVariable failed -ErrorAction SilentlyContinue
                $authorizations.DNSId | Should -Be good.advance.test
                $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.rejectedIdentifier,*'
                $failed.TargetObject | Should -Be bad.advance.test
            }
            finally {
                Set-ScriptedOption $server @{ rejectedNames = @() }
            }
        }
    }

    Context 'with a list of orders' {
        It 'has all pages of it read' {
            1..5 | ForEach-Object { $null = New-PAOrder "n$_.list.test" -KeyLength ec-256 }
            Remove-PAOrder n3.list.test -Force
            $pages = @(Get-ScriptedRequest $server Orders).Count
            $listed = @(Get-PAOrder -FromServer)
            $listed.Names | Sort-Object | Should -Be n1.list.test, n2.list.test, n3.list.test, n4.list.test, n5.list.test
            ($listed | Where-Object { -not $_.Name }).Names | Should -Be n3.list.test
            @(Get-ScriptedRequest $server Orders).Count | Should -Be ($pages + 3)
        }
    }

    Context 'that wants external accounts' {
        BeforeEach {
            Set-ScriptedOption $server @{ externalAccounts = @{ 'kid-1' = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W' } }
            Use-ScriptedServer $server
        }

        AfterEach {
            Set-ScriptedOption $server @{ externalAccounts = @{} }
        }

        It 'makes an account that is bound to one, and no other' {
            $refused = Get-ErrorOf { New-PAAccount -AcceptTOS -Force }
            $refused.FullyQualifiedErrorId | Should -BeLike 'ExternalAccountRequired,*'
            $refused.ErrorDetails.RecommendedAction | Should -BeLike '*-ExtAcctKID*-ExtAcctHMACKey*'
            { New-PAAccount -AcceptTOS -Force -ExtAcctKID kid-1 -ExtAcctHMACKey AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA } | Should -Throw -ErrorId 'AcmeProblem.*'
            @(Get-PAAccount -List) | Should -HaveCount 1

            $bound = New-PAAccount -AcceptTOS -Force -ID bound -ExtAcctKID kid-1 -ExtAcctHMACKey zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W
            $bound.status | Should -Be valid
            (Get-PAAccount).id | Should -Be bound
        }
    }

    Context 'that grants or refuses a lifetime' {
        It 'is asked for it' {
            $certificate = New-PACertificate days.test -CertKeyLength ec-256 -LifetimeDays 30 @web
            ($certificate.NotAfter - (Get-Date)).TotalDays | Should -BeLessThan 30.01
            ($certificate.NotAfter - (Get-Date)).TotalDays | Should -BeGreaterThan 29.9
        }

        It 'has its refusal explained, and nothing is kept' {
            Add-ScriptedProblem $server newOrder @{ status = 400; type = 'malformed'; detail = 'NotBefore and NotAfter are not supported' }
            $failed = Get-ErrorOf { New-PACertificate days.test -CertKeyLength ec-256 -LifetimeDays 30 @web }
            $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.malformed,*'
            "$failed" | Should -BeLike '*NotBefore and NotAfter are not supported*'
            $failed.ErrorDetails.RecommendedAction | Should -BeLike '*30 days*-LifetimeDays*'
            Get-PAOrder -List | Should -BeNullOrEmpty
        }
    }

    Context 'that limits' {
        It 'has the time shown when it will take more' {
            $limit = @{ status = 429; type = 'rateLimited'; detail = 'too many certificates already issued'; retryAfter = '172800' }
            Add-ScriptedProblem $server newOrder $limit
            $failed = Get-ErrorOf { New-PAOrder limit.test -KeyLength ec-256 }
            $failed.FullyQualifiedErrorId | Should -BeLike 'AcmeProblem.rateLimited,*'
            $failed.CategoryInfo.Category | Should -Be LimitsExceeded
            $time = [DateTime]::UtcNow.AddSeconds(172800)
            "$failed" | Should -Match "too many certificates already issued.*Not before ($($time.AddMinutes(-1).ToString('yyyy-MM-dd HH:mm'))|$($time.ToString('yyyy-MM-dd HH:mm'))):\d\d UTC"
        }

        It 'is not bothered before by renewals' {
            $null = New-PACertificate limit.test -CertKeyLength ec-256 @web
            Add-ScriptedProblem $server newOrder @{ status = 429; type = 'rateLimited'; detail = 'too many certificates already issued'; retryAfter = '172800' }
            $result = Submit-Renewal -Force -PassThru -ErrorAction SilentlyContinue
            $result.Status | Should -Be Failed
            ($result.NextAttempt - (Get-Date)).TotalDays | Should -BeGreaterThan 1.99
            $orders = @(Get-ScriptedRequest $server NewOrder).Count
            (Submit-Renewal -PassThru).Status | Should -Be NotDue
            @(Get-ScriptedRequest $server NewOrder).Count | Should -Be $orders
        }
    }
}
