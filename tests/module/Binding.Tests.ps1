#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What commands take and give: objects that went through files, jobs or JSON, and objects that scripts make themselves,
# are as good as those that a command has just written.

BeforeDiscovery {
    $shapes = @(
        @{ Shape = 'as it was written' }
        @{ Shape = 'that went through Export-Clixml' }
        @{ Shape = 'that went through ConvertTo-Json' }
        @{ Shape = 'that a script made' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble main
    $other = New-PAAccount -AcceptTOS -Contact other@example.com -ID other
    $account = New-PAAccount -AcceptTOS -Contact me@example.com, you@example.com -ID mine
    $certificate = New-TestCertificate $pebble @{ Domain = 'a.bind.test', 'b.bind.test'; KeyLength = 'ec-256'; Name = 'first' }
    $null = New-TestCertificate $pebble @{ Domain = '*.wild.test'; KeyLength = 'ec-256' }
    # The current one: what is piped must win over it.
    $null = New-PAOrder current.test -KeyLength ec-256

    # -Keep are the properties that a script would take the trouble to set.
    function Get-Shaped($Object, [string] $Shape, [string[]] $Keep) {
        switch ($Shape) {
            'as it was written' { $Object }
            'that went through Export-Clixml' {
                $Object | Export-Clixml (Join-Path $TestDrive object.xml)
                Import-Clixml (Join-Path $TestDrive object.xml)
            }
            'that went through ConvertTo-Json' { $Object | ConvertTo-Json -Depth 5 | ConvertFrom-Json }
            'that a script made' {
                $made = [ordered]@{ PSTypeName = $Object.PSTypeNames[0] }
                foreach ($name in $Keep) {
                    $made[$name] = $Object.$name
                }
                [pscustomobject]$made
            }
        }
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'An order <Shape>' -ForEach $shapes {
    BeforeAll {
        $order = Get-Shaped (Get-PAOrder -Name first) $Shape MainDomain, Name, authorizations
    }

    It 'can be piped to Get-PAAuthorization' {
        ($order | Get-PAAuthorization).fqdn | Should -Be a.bind.test, b.bind.test
    }

    It 'can be piped to Get-PAOrder and Get-PACertificate' {
        ($order | Get-PAOrder).Name | Should -Be first
        ($order | Get-PACertificate).Thumbprint | Should -Be $certificate.Thumbprint
    }

    It 'can be finalized and completed, piped or by position, and gives its own certificate' {
        $order | Submit-OrderFinalize | Should -BeNullOrEmpty
        Submit-OrderFinalize $order | Should -BeNullOrEmpty
        ($order | Complete-PAOrder).Thumbprint | Should -Be $certificate.Thumbprint
        (Complete-PAOrder -Order $order).Thumbprint | Should -Be $certificate.Thumbprint
        (Get-PAOrder).Name | Should -Be current.test -Because 'piping does not switch'
    }
}

Describe 'An order' {
    It 'can be given by its name or main domain alone' {
        (Complete-PAOrder first).Thumbprint | Should -Be $certificate.Thumbprint
        $made = [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; MainDomain = '*.wild.test' }
        ($made | Complete-PAOrder).AllSANs | Should -Be '*.wild.test'
        ($made | Get-PACertificate).AllSANs | Should -Be '*.wild.test'
    }

    It 'that is none is an error that says so' {
        { [pscustomobject]@{ a = 1 } | Complete-PAOrder -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidOrder,*'
        { [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; Name = 'gone' } | Complete-PAOrder -ErrorAction Stop } |
            Should -Throw "Order 'gone' was not found*" -ErrorId 'OrderNotFound,*'
    }

    It 'among several does not stop the others when it fails' {
        $found = Get-PAOrder -List | Complete-PAOrder -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | ForEach-Object { $_.AllSANs[0] } | Sort-Object | Should -Be '*.wild.test', a.bind.test
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'OrderNotValid,*'
        "$($failed[0])" | Should -BeLike '*current.test*'
    }
}

Describe 'An account <Shape>' -ForEach $shapes {
    BeforeAll {
        $given = Get-Shaped $other $Shape id
        $token = 'LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0'
    }

    It 'signs for Get-KeyAuthorization, named or by position' {
        $expected = Get-KeyAuthorization $token -Account $given
        $expected | Should -Not -Be (Get-KeyAuthorization $token)
        Get-KeyAuthorization $token $given | Should -Be $expected
    }

    It 'signs for Get-PAAuthorization, Send-ChallengeAck and Revoke-PAAuthorization' {
        $url = (New-PAOrder "sign$([guid]::NewGuid().ToString('n')).test" -KeyLength ec-256).authorizations[0]
        $auth = Get-PAAuthorization $url
        # The header of each signed request names the account's URL. The CA refuses it: the order is another account's.
        foreach ($command in { Get-PAAuthorization $url $given @tell }, { $auth.DNS01Url | Send-ChallengeAck -Account $given @tell }, { Revoke-PAAuthorization $url $given -Force @tell }) {
            $tell = @{ Debug = $true; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'refused' }
            $said = & $command 5>&1 | Out-String -Width 5000
            $kids = [regex]::Matches($said, '"kid":"([^"]+)"').ForEach({ $_.Groups[1].Value })
            $kids | Select-Object -Unique | Should -Be $other.location
        }
    }

    It 'can be piped to Get-PAAccount and Set-PAAccount' {
        ($given | Get-PAAccount).id | Should -Be other
        try {
            $given | Set-PAAccount
            (Get-PAAccount).id | Should -Be other
        }
        finally {
            Set-PAAccount mine
        }
    }
}

Describe 'An account' {
    It 'can be given by its id' {
        Get-KeyAuthorization abc -Account other | Should -Be (Get-KeyAuthorization abc -Account $other)
    }

    It 'that is none is an error that says so' {
        { Get-KeyAuthorization abc -Account ([pscustomobject]@{ a = 1 }) -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidAccount,*'
        { Get-KeyAuthorization abc -Account gone -ErrorAction Stop } | Should -Throw "*'gone'*" -ErrorId 'AccountNotFound,*'
    }
}

Describe 'A server <Shape>' -ForEach $shapes {
    It 'can be piped to Get-PAServer and Set-PAServer' {
        $given = Get-Shaped (Get-PAServer) $Shape location, Name, SkipCertificateCheck, DisableTelemetry
        ($given | Get-PAServer).Name | Should -Be main
        $given | Set-PAServer -DisableTelemetry
        (Get-PAServer).DisableTelemetry | Should -BeTrue
        $given | Set-PAServer
        (Get-PAServer).DisableTelemetry | Should -Be $given.DisableTelemetry
    }
}

Describe 'What Send-ChallengeAck takes' {
    BeforeEach {
        $null = New-PAOrder "ack$([guid]::NewGuid().ToString('n')).test" -KeyLength ec-256
        $auth = Get-PAOrder | Get-PAAuthorization
    }

    It 'is a challenge, <Shape>' -ForEach $shapes {
        $challenge = $auth.challenges | Where-Object type -EQ http-01
        Get-Shaped $challenge $Shape url | Send-ChallengeAck
        $null = Wait-TestOrder ready
        (Get-PAOrder | Get-PAAuthorization).HTTP01Status | Should -Be valid
    }

    It 'is an authorization that offers one challenge only, <Shape>' -ForEach $shapes {
        $null = New-PAOrder "*.ack$([guid]::NewGuid().ToString('n')).test" -KeyLength ec-256
        Get-Shaped (Get-PAOrder | Get-PAAuthorization) $Shape identifier, challenges | Send-ChallengeAck
        (Wait-TestOrder ready).status | Should -Be ready
    }

    It 'is the authorization of a wildcard, also where the CA offers other variants of DNS validation' {
        $null = New-PAOrder "*.ack$([guid]::NewGuid().ToString('n')).test" -KeyLength ec-256
        $auth = Get-PAOrder | Get-PAAuthorization
        $auth.challenges = @([pscustomobject]@{ type = 'dns-account-01'; url = 'https://127.0.0.1:1/none'; status = 'pending' }) + @($auth.challenges)
        $auth | Send-ChallengeAck
        (Wait-TestOrder ready).status | Should -Be ready
    }

    It 'is not an authorization with several challenges of which none is published' {
        { $auth | Send-ChallengeAck -ErrorAction Stop } | Should -Throw '*offers several challenges*DNS01Url*HTTP01Url*'
        (Get-PAOrder -Refresh).status | Should -Be pending
    }

    It 'is one URL, by position or name' {
        Send-ChallengeAck -ChallengeUrl $auth.DNS01Url
        (Wait-TestOrder ready).status | Should -Be ready
    }
}

Describe 'What commands write' {
    It 'are orders whose lists are texts and whose dates are the texts of the CA' {
        $order = Get-PAOrder -Name first
        $order.PSTypeNames[0] | Should -Be PoshACME.PAOrder
        foreach ($list in 'authorizations', 'SANs', 'Plugin', 'DnsAlias') {
            , $order.$list | Should -BeOfType ([string[]]) -Because $list
        }
        foreach ($text in 'expires', 'CertExpires', 'RenewAfter', 'status', 'location', 'finalize', 'certificate', 'KeyLength', 'MainDomain', 'Name', 'Folder', 'FriendlyName') {
            $order.$text | Should -BeOfType ([string]) -Because $text
        }
        foreach ($date in 'expires', 'CertExpires', 'RenewAfter') {
            $order.$date | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$'
        }
        foreach ($flag in 'Install', 'OCSPMustStaple', 'AlwaysNewKey', 'UseSerialValidation', 'UseModernPfxEncryption') {
            $order.$flag | Should -BeOfType ([bool]) -Because $flag
        }
        $order.identifiers.value | Should -Be a.bind.test, b.bind.test
        $order.identifiers.type | Should -Be dns, dns
    }

    It 'are lists also when there is one entry or none' {
        , (Get-PAOrder).SANs | Should -BeOfType ([string[]])
        (Get-PAOrder).SANs.Count | Should -Be 0
        , (Get-PAOrder).authorizations | Should -BeOfType ([string[]])
        , $other.contact | Should -BeOfType ([string[]])
        $wild = Get-PAOrder '*.wild.test' | Get-PAAuthorization
        , $wild.challenges | Should -BeOfType ([array])
        $wild.challenges.Count | Should -Be 1
    }

    It 'are accounts with a key to read by property' {
        $account.PSTypeNames[0] | Should -Be PoshACME.PAAccount
        , $account.contact | Should -BeOfType ([string[]])
        $account.contact | Should -Be mailto:me@example.com, mailto:you@example.com
        $account.key.kty, $account.key.crv | Should -Be EC, P-256
        foreach ($text in 'id', 'status', 'location', 'alg', 'KeyLength', 'Folder') {
            $account.$text | Should -BeOfType ([string]) -Because $text
        }
    }

    It 'are authorizations with objects below them' {
        $auth = @(Get-PAOrder -Name first | Get-PAAuthorization)[0]
        $auth.PSTypeNames[0] | Should -Be PoshACME.PAAuthorization
        $auth.expires | Should -BeOfType ([string])
        $auth.identifier.type, $auth.identifier.value | Should -Be dns, a.bind.test
        , $auth.challenges | Should -BeOfType ([array])
        foreach ($text in 'status', 'location', 'DNSId', 'fqdn', 'DNS01Status', 'DNS01Url', 'DNS01Token') {
            $auth.$text | Should -BeOfType ([string]) -Because $text
        }
    }

    It 'are certificates with local dates and a protected password' {
        $certificate.PSTypeNames[0] | Should -Be PoshACME.PACertificate
        , $certificate.AllSANs | Should -BeOfType ([string[]])
        foreach ($date in 'NotBefore', 'NotAfter') {
            $certificate.$date | Should -BeOfType ([DateTime])
            $certificate.$date.Kind | Should -Be Local
        }
        $certificate.PfxPass | Should -BeOfType ([securestring])
        $certificate.Serial | Should -Match '^\d+$'
        $certificate.Thumbprint | Should -Match '^[0-9A-F]{40}$'
    }

    It 'are servers with what their directory says' {
        $server = Get-PAServer
        $server.PSTypeNames[0] | Should -Be PoshACME.PAServer
        $server.newOrder | Should -BeLike 'https://127.0.0.1:*'
        $server.meta.termsOfService | Should -BeLike 'data:*'
        $server.SkipCertificateCheck | Should -BeOfType ([bool])
        $server.Name, $server.location | Should -Be main, $pebble.DirectoryUrl
        $server.Folder | Should -Be (Join-Path $env:POSHACME_HOME main)
    }

    It 'keep their type names through Export-Clixml' {
        (Get-Shaped (Get-PAOrder) 'that went through Export-Clixml').PSTypeNames[0] | Should -Be Deserialized.PoshACME.PAOrder
    }
}

Describe 'An order that has been replaced since it was shown' {
    It 'is told from the present one of the same name' {
        $old = New-PAOrder replaced.bind.test -KeyLength ec-256
        $new = New-PAOrder replaced.bind.test -KeyLength ec-256 -Force
        $old | Submit-OrderFinalize -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'OrderReplaced,*'
        (Get-PAOrder -Name replaced.bind.test).location | Should -Be $new.location
    }
}
