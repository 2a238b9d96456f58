#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The ACME conversation command by command, in the order of Posh-ACME's guide "Custom Challenge Validation": what is
# typed there must work here, and show the same. The tests of one Describe build on each other.

BeforeDiscovery {
    $hasModes = -not $IsWindows
    $hasOpenSsl = [bool](Get-Command openssl -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ ServeHttp01 = $true }
    $null = New-TestProfile

    # What a user sees, without colours, as lines.
    function Get-Shown {
        $shown = $input | Out-String -Width 200
        @(($shown -replace "`e\[[0-9;]*m").Trim() -split "`r?`n" | ForEach-Object TrimEnd)
    }

    function Get-Words([string] $Line) {
        -split $Line
    }

    function ConvertTo-Base64Url([byte[]] $Bytes) {
        [Convert]::ToBase64String($Bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    }

    function Get-Sha256([string] $Text) {
        ConvertTo-Base64Url ([Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::ASCII.GetBytes($Text)))
    }

    # RFC 8555 section 8.1 and RFC 7638, computed from the account's file alone.
    function Get-ExpectedKeyAuthorization([string] $Token) {
        $key = (Get-Content (Join-Path (Get-PAAccount).Folder acct.json) -Raw | ConvertFrom-Json).key
        $thumbprint = Get-Sha256 ('{{"crv":"{0}","kty":"{1}","x":"{2}","y":"{3}"}}' -f $key.crv, $key.kty, $key.x, $key.y)
        "$Token.$thumbprint"
    }

    function Wait-Authorization {
        $deadline = [DateTime]::UtcNow.AddSeconds(30)
        do {
            Start-Sleep -Milliseconds 100
            $found = @(Get-PAOrder | Get-PAAuthorization)
        } while ($found.status -contains 'pending' -and [DateTime]::UtcNow -lt $deadline)
        $found
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'The guide with DNS' {
    It 'Set-PAServer shows the terms of service and writes nothing to the pipeline' {
        $said = Set-PAServer $pebble.DirectoryUrl -CACertificate $pebble.ApiCaCertificatePath 6>&1
        $said | Should -HaveCount 1
        $said | Should -BeOfType System.Management.Automation.InformationRecord
        "$said" | Should -Be 'Please review the Terms of Service here: data:text/plain,Do%20what%20thou%20wilt'
        Set-PAServer $pebble.DirectoryUrl 6>&1 | Should -BeNullOrEmpty -Because 'the terms are shown at the first use'
    }

    It 'Get-PAServer shows its table' {
        $header, $rule, $row = Get-PAServer | Get-Shown
        Get-Words $header | Should -Be Name, location, SkipCertificateCheck, DisableTelemetry
        $port = ([uri]$pebble.DirectoryUrl).Port
        Get-Words $row | Should -Be "127.0.0.1_$port", $pebble.DirectoryUrl, False, False
    }

    It 'New-PAAccount -AcceptTOS -Contact shows the account' {
        $account = New-PAAccount -AcceptTOS -Contact 'me@example.com'
        $header, $rule, $row = $account | Get-Shown
        Get-Words $header | Should -Be id, status, contact, alg, KeyLength
        Get-Words $row | Should -Be $account.id, valid, '{mailto:me@example.com}', ES256, ec-256
        $account.location | Should -BeLike "*/$($account.id)"
        $account.PSTypeNames | Should -Contain PoshACME.PAAccount
        (Get-PAAccount).id | Should -Be $account.id
    }

    It 'New-PAOrder $domains shows the order with {Manual}' {
        $domains = 'example.test', '*.example.test'
        $header, $rule, $row = New-PAOrder $domains | Get-Shown
        Get-Words $header | Should -Be Name, MainDomain, status, KeyLength, SANs, CertExpires, Plugin
        Get-Words $row | Should -Be example.test, example.test, pending, 2048, '{*.example.test}', '{Manual}'
    }

    It '$auths = Get-PAOrder | Get-PAAuthorization shows both names in their order, the wildcard without HTTP' {
        $script:auths = Get-PAOrder | Get-PAAuthorization
        $header, $rule, $first, $second = $auths | Get-Shown
        Get-Words $header | Should -Be fqdn, status, Expires, DNS01Status, HTTP01Status
        $expires = "$([DateTimeOffset]::Parse($auths[0].expires).LocalDateTime)"
        Get-Words $first | Should -Be (Get-Words "example.test pending $expires pending pending")
        Get-Words $second | Should -Be (Get-Words "*.example.test pending $expires pending")
    }

    It '$auths[0] | Format-List has the properties of the guide, challenges readable by property' {
        $text = $auths[0] | Format-List | Get-Shown
        $names = $text | Where-Object { $_ -match '^\w+ +: ' } | ForEach-Object { ($_ -split ' +: ')[0] }
        $expected = 'identifier', 'status', 'expires', 'challenges', 'DNSId', 'fqdn', 'location',
            'DNS01Status', 'DNS01Url', 'DNS01Token', 'HTTP01Status', 'HTTP01Url', 'HTTP01Token',
            'TLSALPN01Status', 'TLSALPN01Url', 'TLSALPN01Token'
        $names | Sort-Object | Should -Be ($expected | Sort-Object)
        $text -join "`n" | Should -Match 'identifier +: @\{type=dns; value=example.test\}'
        $auths[0].identifier.value | Should -Be example.test
        $auths[0].challenges.type | Sort-Object | Should -Be dns-01, http-01, tls-alpn-01
        $dns = $auths[0].challenges | Where-Object type -EQ dns-01
        $dns.url, $dns.token, $dns.status | Should -Be $auths[0].DNS01Url, $auths[0].DNS01Token, pending
        $http = $auths[0].challenges | Where-Object type -EQ http-01
        $http.url, $http.token, $http.status | Should -Be $auths[0].HTTP01Url, $auths[0].HTTP01Token, pending
        $auths[1].DNSId, $auths[1].fqdn | Should -Be example.test, *.example.test
    }

    It 'Get-KeyAuthorization -ForDNS gives what the account''s key and RFC 8555 say' {
        $recName = '_acme-challenge.{0}' -f $auths[1].DNSId
        $recName | Should -Be _acme-challenge.example.test
        foreach ($auth in $auths) {
            $keyauth = Get-KeyAuthorization $auth.DNS01Token -ForDNS
            $keyauth | Should -Be (Get-Sha256 (Get-ExpectedKeyAuthorization $auth.DNS01Token))
            Add-TestTxt $pebble $recName $keyauth
        }
    }

    It '$auths.DNS01Token | Get-KeyAuthorization gives one text each' {
        $auths.DNS01Token | Get-KeyAuthorization | Should -Be ($auths.DNS01Token | ForEach-Object { Get-ExpectedKeyAuthorization $_ })
    }

    It '$auths[n].DNS01Url | Send-ChallengeAck, one by one, writes nothing' {
        $auths[0].DNS01Url | Send-ChallengeAck | Should -BeNullOrEmpty
        $auths[1].DNS01Url | Send-ChallengeAck | Should -BeNullOrEmpty
    }

    It 'Get-PAOrder | Get-PAAuthorization shows valid, each by the challenge that was used' {
        $header, $rule, $first, $second = Wait-Authorization | Get-Shown
        $expires = (Get-Words $first)[2..4] -join ' '
        $expires | Should -Not -BeNullOrEmpty
        @((Get-Words $first)[0, 1] + (Get-Words $first)[-1]) | Should -Be example.test, valid, valid
        @((Get-Words $second)[0, 1] + (Get-Words $second)[-1]) | Should -Be *.example.test, valid, valid
    }

    It 'Get-PAOrder still shows what is on disk, Get-PAOrder -Refresh shows ready' {
        (Get-PAOrder).status | Should -Be pending
        $header, $rule, $row = Get-PAOrder -Refresh | Get-Shown
        Get-Words $row | Should -Be example.test, example.test, ready, 2048, '{*.example.test}', '{Manual}'
        (Get-PAOrder).status | Should -Be ready
    }

    It 'Submit-OrderFinalize writes nothing' {
        Submit-OrderFinalize | Should -BeNullOrEmpty
        (Get-PAOrder -Refresh).status | Should -Be valid
    }

    It 'Complete-PAOrder shows the certificate' {
        $script:certificate = Complete-PAOrder
        $header, $rule, $row = $certificate | Get-Shown
        Get-Words $header | Should -Be Subject, NotAfter, KeyLength, Thumbprint, AllSANs
        Get-Words $row | Should -Be (Get-Words "CN=example.test $($certificate.NotAfter) 2048 $($certificate.Thumbprint) {example.test, *.example.test}")
        $certificate.PSTypeNames | Should -Contain PoshACME.PACertificate
    }

    It 'Get-PACertificate gives the same' {
        $same = Get-PACertificate
        $same.PSObject.Properties.Name | Should -Be $certificate.PSObject.Properties.Name
        $same.PSObject.Properties.Name | Should -Be Subject, NotBefore, NotAfter, KeyLength, Thumbprint, ARIId, Serial, AllSANs,
            CertFile, KeyFile, ChainFile, FullChainFile, PfxFile, PfxFullChain, CSR, PfxPass
        foreach ($name in $same.PSObject.Properties.Name -ne 'PfxPass') {
            $same.$name | Should -Be $certificate.$name
        }
        foreach ($one in $same, $certificate) {
            [Net.NetworkCredential]::new('', $one.PfxPass).Password | Should -Be poshacme
        }
    }

    It 'The certificate object tells what is in the certificate' {
        $leaf = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.CertFile)
        $certificate.Thumbprint | Should -Be $leaf.Thumbprint
        $certificate.NotAfter | Should -Be $leaf.NotAfter
        $certificate.NotBefore | Should -Be $leaf.NotBefore
        $serial = [byte[]]$leaf.GetSerialNumber()
        $certificate.Serial | Should -Be ([Numerics.BigInteger]::new($serial)).ToString()
        [array]::Reverse($serial)
        ($certificate.ARIId -split '\.')[1] | Should -Be (ConvertTo-Base64Url $serial)
    }

    It 'The files are PEM with LF of the kinds that their names say' {
        $files = Get-ChildItem (Get-PAOrder).Folder -Name | Sort-Object
        $files | Should -Be cert.cer, cert.key, cert.pfx, chain.cer, chain0.cer, fullchain.cer, fullchain.pfx, order.json, request.csr
        $expected = @{
            'cert.key' = 'PRIVATE KEY'; 'cert.cer' = 'CERTIFICATE'; 'chain.cer' = 'CERTIFICATE'; 'chain0.cer' = 'CERTIFICATE'
            'fullchain.cer' = 'CERTIFICATE', 'CERTIFICATE'; 'request.csr' = 'CERTIFICATE REQUEST'
        }
        foreach ($file in $expected.Keys) {
            $text = [IO.File]::ReadAllText((Join-Path (Get-PAOrder).Folder $file))
            [regex]::Matches($text, '-----BEGIN ([A-Z ]+)-----').ForEach({ $_.Groups[1].Value }) | Should -Be $expected[$file] -Because $file
            $text | Should -Not -Match "`r" -Because $file
            $text | Should -Match "-----END [A-Z ]+-----`n\z" -Because $file
            $text | Should -Not -Match '[^\x0a\x20-\x7e]' -Because $file
        }
        $read = { [IO.File]::ReadAllText($args[0]) }
        & $read $certificate.FullChainFile | Should -Be ((& $read $certificate.CertFile) + (& $read $certificate.ChainFile))
        $certificate.CSR | Should -Be (Join-Path (Get-PAOrder).Folder request.csr)
    }

    It 'The PFX files open with the password and hold the key, one of them the chain too' {
        foreach ($path in $certificate.PfxFile, $certificate.PfxFullChain) {
            $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
            $all.Import($path, 'poshacme', 'Exportable')
            $all.Count | Should -Be $(if ($path -eq $certificate.PfxFile) { 1 } else { 2 })
            ($all | Where-Object HasPrivateKey).Thumbprint | Should -Be $certificate.Thumbprint
        }
    }

    It 'Files are for their owner alone' -Skip:(-not $hasModes) {
        foreach ($item in Get-ChildItem $env:POSHACME_HOME -Recurse -Force) {
            $item.UnixMode | Should -Be $(if ($item.PSIsContainer) { 'drwx------' } else { '-rw-------' }) -Because $item.FullName
        }
    }

    It 'openssl accepts the chain up to Pebble''s root, and the key fits' -Skip:(-not $hasOpenSsl) {
        $root = Join-Path $TestDrive root.pem
        [IO.File]::WriteAllText($root, (Invoke-RestMethod "$($pebble.ManagementUrl)roots/0" -SkipCertificateCheck))
        openssl verify -CAfile $root -untrusted $certificate.ChainFile $certificate.CertFile | Should -BeLike '*: OK'
        (openssl x509 -in $certificate.CertFile -noout -pubkey) -join '' | Should -Be ((openssl pkey -in $certificate.KeyFile -pubout) -join '')
    }

    It '[DateTimeOffset]::Parse((Get-PAOrder).RenewAfter) tells when it is due' {
        $renewAfter = [DateTimeOffset]::Parse((Get-PAOrder).RenewAfter)
        $renewAfter | Should -BeGreaterThan ([DateTimeOffset]::Now)
        [Math]::Round(([DateTimeOffset]$certificate.NotAfter - $renewAfter).TotalHours) | Should -Be 720
        [DateTimeOffset]::Parse((Get-PAOrder).CertExpires) | Should -Be ([DateTimeOffset]$certificate.NotAfter)
    }

    It 'Get-PAOrder shows when the certificate ends, in local time' {
        $header, $rule, $row = Get-PAOrder | Get-Shown
        $ends = [DateTimeOffset]::Parse((Get-PAOrder).CertExpires).LocalDateTime.ToString('yyyy-MM-dd HH:mm')
        Get-Words $row | Should -Be (Get-Words "example.test example.test valid 2048 {*.example.test} $ends {Manual}")
    }

    It 'Get-PAOrder | Revoke-PAAuthorization -Force writes nothing, and the names are no longer valid' {
        Get-PAOrder | Revoke-PAAuthorization -Force | Should -BeNullOrEmpty
        (Get-PAOrder | Get-PAAuthorization).status | Should -Be deactivated, deactivated
    }

    It 'Revoke-PAAuthorization warns of names that were revoked before' {
        $warnings = Get-PAOrder | Revoke-PAAuthorization -Force 3>&1
        "$warnings" | Should -Be 'Authorization has already been deactivated for example.test. Authorization has already been deactivated for *.example.test.'
    }
}

Describe 'The guide with HTTP' {
    It 'New-PAOrder keeps the former order and makes the new one current' {
        $script:order = New-PAOrder www.web.test, shop.web.test -KeyLength ec-256
        (Get-PAOrder).Name | Should -Be www.web.test
        (Get-PAOrder -List).Name | Should -Be example.test, www.web.test
    }

    It 'Get-PAAuthorization also goes by its older name' {
        $script:auths = Get-PAOrder | Get-PAAuthorizations
        $auths.fqdn | Should -Be www.web.test, shop.web.test
    }

    It 'Get-KeyAuthorization $auths[0].HTTP01Token gives the content of the file' {
        foreach ($auth in $auths) {
            $url = 'http://{0}/.well-known/acme-challenge/{1}' -f $auth.DNSId, $auth.HTTP01Token
            $keyauth = Get-KeyAuthorization $auth.HTTP01Token
            $keyauth | Should -Be (Get-ExpectedKeyAuthorization $auth.HTTP01Token)
            Add-TestHttpAnswer $pebble $auth.HTTP01Token $keyauth
            $answer = Invoke-RestMethod ($url -replace $auth.DNSId, "127.0.0.1:$($pebble.HttpPort)")
            $answer | Should -Be $keyauth
        }
    }

    It '$auths.HTTP01Url | Send-ChallengeAck tells of all names at once' {
        $auths.HTTP01Url | Send-ChallengeAck | Should -BeNullOrEmpty
        $header, $rule, $first, $second = Wait-Authorization | Get-Shown
        @((Get-Words $first)[0, 1] + (Get-Words $first)[-1]) | Should -Be www.web.test, valid, valid
        @((Get-Words $second)[0, 1] + (Get-Words $second)[-1]) | Should -Be shop.web.test, valid, valid
        (Get-PAOrder | Get-PAAuthorization).HTTP01Status | Should -Be valid, valid
    }

    It 'Get-PAOrder -Refresh, Submit-OrderFinalize and Complete-PAOrder end with a certificate' {
        (Get-PAOrder -Refresh).status | Should -Be ready
        Submit-OrderFinalize
        $certificate = Complete-PAOrder
        $certificate.KeyLength | Should -Be ec-256
        $certificate.AllSANs | Should -Be www.web.test, shop.web.test
        [IO.File]::ReadAllText($certificate.KeyFile) | Should -BeLike "-----BEGIN EC PRIVATE KEY-----`n*"
    }
}

Describe 'The guide when validation fails' {
    It '(Get-PAOrder | Get-PAAuthorization).challenges.error | Format-List tells why, for each name' {
        $null = New-PAOrder wrong.web.test, none.web.test
        $auths = Get-PAOrder | Get-PAAuthorization
        Add-TestHttpAnswer $pebble $auths[0].HTTP01Token 'not what was asked for'
        $auths.HTTP01Url | Send-ChallengeAck
        (Wait-Authorization).status | Should -Be invalid, invalid

        $errors = (Get-PAOrder | Get-PAAuthorization).challenges.error
        $errors | Should -HaveCount 2
        $errors[0].type | Should -Be urn:ietf:params:acme:error:unauthorized
        $errors[0].detail | Should -BeLike '*not what was asked for*'
        $errors[0].status | Should -Be 403
        $shown = $errors | Format-List | Get-Shown
        @($shown -match '^detail +: ') | Should -HaveCount 2
        @($shown -match '^type +: urn:ietf:params:acme:error:') | Should -HaveCount 2
    }

    It 'Get-PAOrder -Refresh shows invalid, and the next steps say so' {
        (Get-PAOrder -Refresh).status | Should -Be invalid
        { Submit-OrderFinalize } | Should -Throw -ErrorId 'OrderNotReady,*'
        { Complete-PAOrder } | Should -Throw -ErrorId 'OrderNotValid,*'
        Get-PACertificate | Should -BeNullOrEmpty
    }

    It 'New-PAOrder takes the place of the failed order without a question' {
        (New-PAOrder wrong.web.test, none.web.test).status | Should -Be pending
    }
}
