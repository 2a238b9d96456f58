#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What can be ordered and how: keys, requests made elsewhere, addresses, chains, PFX files; and finding orders again.

BeforeDiscovery {
    $hasOpenSsl = [bool](Get-Command openssl -CommandType Application -ErrorAction Ignore)
    $keys = @(
        @{ Kind = 'PKCS#1'; KeyLength = '2048'; Label = 'PRIVATE KEY'; Make = { [Security.Cryptography.RSA]::Create(2048).ExportRSAPrivateKeyPem() } }
        @{ Kind = 'PKCS#8'; KeyLength = '3072'; Label = 'PRIVATE KEY'; Make = { [Security.Cryptography.RSA]::Create(3072).ExportPkcs8PrivateKeyPem() } }
        @{ Kind = 'SEC1'; KeyLength = 'ec-384'; Label = 'EC PRIVATE KEY'; Make = { [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP384).ExportECPrivateKeyPem() } }
    )
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true; AlternateRoots = 2 }
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -ID me

    function Get-Leaf($Certificate) {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($Certificate.CertFile)
    }

    function Get-PublicKey($Leaf) {
        [Convert]::ToBase64String($Leaf.PublicKey.ExportSubjectPublicKeyInfo())
    }

    function Get-Password($Certificate) {
        [Net.NetworkCredential]::new('', $Certificate.PfxPass).Password
    }

    # A request in PEM; its key is in $csrKey.
    function New-Csr([string[]] $Names) {
        $script:csrKey = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$($Names[0])", $csrKey, [Security.Cryptography.HashAlgorithmName]::SHA256)
        $alternatives = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $Names | ForEach-Object { $alternatives.AddDnsName($_) }
        $request.CertificateExtensions.Add($alternatives.Build())
        $request.CreateSigningRequestPem()
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'A key' {
    It 'of <_> is made' -ForEach '2048', '2176', 'ec-256', 'ec-384' {
        $certificate = New-TestCertificate $pebble @{ Domain = "k$_.test"; KeyLength = $_ }
        $certificate.KeyLength | Should -Be $_
        $leaf = Get-Leaf $certificate
        $size = if ($_ -like 'ec-*') { $leaf.PublicKey.GetECDsaPublicKey().KeySize } else { $leaf.PublicKey.GetRSAPublicKey().KeySize }
        $size | Should -Be ($_ -replace 'ec-')
    }

    It 'is imported from <Kind> and kept through a new order' -ForEach $keys {
        $pem = & $Make
        Set-Content "$TestDrive/cert.pem" $pem
        $domain = "import-$KeyLength.test"
        $certificate = New-TestCertificate $pebble @{ Domain = $domain; KeyFile = "$TestDrive/cert.pem" }
        (Get-PAOrder).KeyLength | Should -Be $KeyLength
        [IO.File]::ReadAllText($certificate.KeyFile) | Should -BeLike "-----BEGIN $Label-----`n*"

        $given = if ($KeyLength -like 'ec-*') { [Security.Cryptography.ECDsa]::Create() } else { [Security.Cryptography.RSA]::Create() }
        $given.ImportFromPem($pem)
        Get-PublicKey (Get-Leaf $certificate) | Should -Be ([Convert]::ToBase64String($given.ExportSubjectPublicKeyInfo()))

        $again = New-TestCertificate $pebble @{ Domain = $domain; KeyLength = $KeyLength; Force = $true }
        $again.Thumbprint | Should -Not -Be $certificate.Thumbprint
        Get-PublicKey (Get-Leaf $again) | Should -Be (Get-PublicKey (Get-Leaf $certificate))
    }

    It 'is made anew with -AlwaysNewKey' {
        $first = Get-PublicKey (Get-Leaf (New-TestCertificate $pebble @{ Domain = 'fresh.test'; KeyLength = 'ec-256'; AlwaysNewKey = $true }))
        (Get-PAOrder).AlwaysNewKey | Should -BeTrue
        $second = Get-PublicKey (Get-Leaf (New-TestCertificate $pebble @{ Domain = 'fresh.test'; KeyLength = 'ec-256'; AlwaysNewKey = $true; Force = $true }))
        $second | Should -Not -Be $first
    }

    It 'and certificate stay live until the next certificate is there' {
        $certificate = New-TestCertificate $pebble @{ Domain = 'live.test'; KeyLength = 'ec-256'; AlwaysNewKey = $true }
        $files = { Get-ChildItem (Get-PAOrder).Folder -Include *.cer, *.pfx, cert.key -Recurse | ForEach-Object { "$($_.Name) $((Get-FileHash $_).Hash)" } }
        $before = & $files
        $null = New-PAOrder live.test -KeyLength ec-256 -AlwaysNewKey -Force
        & $files | Should -Be $before
        (Get-PACertificate).Thumbprint | Should -Be $certificate.Thumbprint
        $null = Approve-TestOrder $pebble
        Submit-OrderFinalize
        & $files | Should -Be $before
        (Complete-PAOrder).Thumbprint | Should -Not -Be $certificate.Thumbprint
    }
}

Describe 'A request that was made elsewhere' {
    It 'is taken as <Kind>' -ForEach @(
        @{ Kind = 'the path of a PEM file'; Name = 'file'; Give = { Set-Content "$TestDrive/request.csr" $args[0]; @{ CSRPath = "$TestDrive/request.csr" } } }
        @{ Kind = 'the path of a DER file'; Name = 'der'; Give = { [IO.File]::WriteAllBytes("$TestDrive/request.der", [Convert]::FromBase64String(($args[0] -split "`n" -notmatch '-----') -join '')); @{ CSRPath = "$TestDrive/request.der" } } }
        @{ Kind = 'the path of a file in UTF-16'; Name = 'utf16'; Give = { Set-Content "$TestDrive/utf16.csr" $args[0] -Encoding unicode; @{ CSRPath = "$TestDrive/utf16.csr" } } }
        @{ Kind = 'PEM'; Name = 'pem'; Give = { @{ CSRString = $args[0] } } }
        @{ Kind = 'PEM in Windows lines'; Name = 'crlf'; Give = { @{ CSRPath = ($args[0] -replace "`r?`n", "`r`n") } } }
        @{ Kind = 'base64 on one line'; Name = 'base64'; Give = { @{ CSRString = ($args[0] -split "`n" -notmatch '-----') -join '' } } }
        @{ Kind = 'base64url'; Name = 'base64url'; Give = { @{ CSRPath = (($args[0] -split "`n" -notmatch '-----') -join '').TrimEnd('=').Replace('+', '-').Replace('/', '_') } } }
    ) {
        $csr = New-Csr "$Name.csr.test", "www.$Name.csr.test"
        $order = & $Give $csr
        $certificate = New-TestCertificate $pebble $order
        $certificate.AllSANs | Should -Be "$Name.csr.test", "www.$Name.csr.test"
        (Get-PAOrder).MainDomain | Should -Be "$Name.csr.test"
        (Get-PAOrder).KeyLength | Should -Be ec-256
        Get-PublicKey (Get-Leaf $certificate) | Should -Be ([Convert]::ToBase64String($csrKey.ExportSubjectPublicKeyInfo()))

        # Without the key there are a certificate and its chain, and no key or PFX.
        Get-ChildItem (Get-PAOrder).Folder -Name | Sort-Object |
            Should -Be cert.cer, chain.cer, chain0.cer, chain1.cer, chain2.cer, fullchain.cer, order.json, request.csr
        ([IO.File]::ReadAllText($certificate.CSR) -replace '\s') | Should -Be ($csr -replace '\s')
    }

    It 'is found below the current location' {
        Set-Content "$TestDrive/relative.csr" (New-Csr relative.csr.test)
        Push-Location $TestDrive
        try {
            (New-PAOrder -CSRPath ./relative.csr).MainDomain | Should -Be relative.csr.test
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'Addresses' {
    It 'are ordered as such, and the subject stays empty' {
        $certificate = New-TestCertificate $pebble @{ Domain = '127.0.0.1', '::1'; KeyLength = 'ec-256' }
        (Get-PAOrder).MainDomain | Should -Be 127.0.0.1
        (Get-PAOrder).identifiers.type | Should -Be ip, ip
        (Get-PAOrder).identifiers.value | Should -Be 127.0.0.1, ::1
        $certificate.AllSANs | Should -Be 127.0.0.1, ::1
        [Security.Cryptography.X509Certificates.CertificateRequest]::LoadSigningRequestPem([IO.File]::ReadAllText($certificate.CSR), 'SHA256').SubjectName.Name |
            Should -BeNullOrEmpty
        (Get-PAOrder | Get-PAAuthorization).DNS01Status | Should -Be $null, $null
    }

    It 'stand beside names' {
        $certificate = New-TestCertificate $pebble @{ Domain = 'ip.test', '127.0.0.2'; KeyLength = 'ec-256' }
        [Security.Cryptography.X509Certificates.CertificateRequest]::LoadSigningRequestPem([IO.File]::ReadAllText($certificate.CSR), 'SHA256').SubjectName.Name |
            Should -Be CN=ip.test
        $certificate.AllSANs | Sort-Object | Should -Be 127.0.0.2, ip.test
    }

    It 'of version 6 have a folder of their own that every system can have' {
        $order = New-PAOrder '[2001:DB8::1]' -KeyLength ec-256
        $order.MainDomain | Should -Be 2001:db8::1
        Split-Path $order.Folder -Leaf | Should -Match '^[0-9a-zA-Z\-._!]+$'
    }
}

Describe 'A chain' {
    BeforeAll {
        $roots = 0..2 | ForEach-Object {
            $pem = Invoke-RestMethod "$($pebble.ManagementUrl)roots/$_" -SkipCertificateCheck
            [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($pem).Subject -replace '^CN='
        }
    }

    It 'is the first that the CA offers; all are kept' {
        $certificate = New-TestCertificate $pebble @{ Domain = 'default.chain.test'; KeyLength = 'ec-256' }
        $folder = (Get-PAOrder).Folder
        (Get-ChildItem $folder -Name) -match '^chain\d' | Sort-Object | Should -Be chain0.cer, chain1.cer, chain2.cer
        Get-Content $certificate.ChainFile -Raw | Should -Be (Get-Content (Join-Path $folder chain0.cer) -Raw)
    }

    It 'is the one with the issuer of -PreferredChain: <_>' -ForEach 0, 1, 2 {
        $certificate = New-TestCertificate $pebble @{ Domain = "chain$_.test"; KeyLength = 'ec-256'; PreferredChain = $roots[$_] }
        (Get-PAOrder).PreferredChain | Should -Be $roots[$_]
        Get-Content $certificate.ChainFile -Raw | Should -Be (Get-Content (Join-Path (Get-PAOrder).Folder "chain$_.cer") -Raw)
        $issuer = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.ChainFile)
        $issuer.Issuer | Should -Be "CN=$($roots[$_])"
        Get-Content $certificate.FullChainFile -Raw | Should -BeLike "*$(Get-Content $certificate.ChainFile -Raw)"
        $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
        $all.Import($certificate.PfxFullChain, 'poshacme', 'DefaultKeySet')
        $all.Issuer | Should -Contain "CN=$($roots[$_])"
    }

    It 'is the default one with a warning when no issuer has that name' {
        $null = New-PAOrder nochain.test -KeyLength ec-256 -PreferredChain 'Nobody''s Root'
        $null = Approve-TestOrder $pebble
        Submit-OrderFinalize
        $certificate = Complete-PAOrder -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike "*Nobody's Root*"
        $certificate.Thumbprint | Should -Not -BeNullOrEmpty
    }
}

Describe 'A PFX file' {
    BeforeAll {
        # What openssl says about how the file is encrypted, and what is in it.
        function Get-PfxInfo([string] $Path, [string] $Password, [string[]] $More) {
            $env:PFX_TEST_PASSWORD = $Password
            try {
                (openssl pkcs12 -in $Path -passin env:PFX_TEST_PASSWORD -info -nodes @More 2>&1) -join "`n"
            }
            finally {
                Remove-Item Env:PFX_TEST_PASSWORD
            }
        }
    }

    It 'has the password of -PfxPass' {
        $certificate = New-TestCertificate $pebble @{ Domain = 'pass.pfx.test'; KeyLength = 'ec-256'; PfxPass = 'öpen sesame' }
        Get-Password $certificate | Should -Be 'öpen sesame'
        foreach ($file in $certificate.PfxFile, $certificate.PfxFullChain) {
            [Security.Cryptography.X509Certificates.X509Certificate2]::new($file, 'öpen sesame').HasPrivateKey | Should -BeTrue
            { [Security.Cryptography.X509Certificates.X509Certificate2]::new($file, 'poshacme') } | Should -Throw
        }
    }

    It 'takes a text for -PfxPassSecure rather than showing it in an error' {
        (New-PAOrder text.pfx.test -KeyLength ec-256 -PfxPassSecure 'as plain text').PfxPass | Should -Be 'as plain text'
    }

    It 'has the password of -PfxPassSecure, which goes before' {
        $secure = ConvertTo-SecureString 'secure one' -AsPlainText -Force
        $certificate = New-TestCertificate $pebble @{ Domain = 'secure.pfx.test'; KeyLength = 'ec-256'; PfxPass = 'plain one'; PfxPassSecure = $secure }
        Get-Password $certificate | Should -Be 'secure one'
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.PfxFile, 'secure one').HasPrivateKey | Should -BeTrue
        (Get-Content (Join-Path (Get-PAOrder).Folder order.json) -Raw) | Should -Not -BeLike '*secure one*'
    }

    It 'may have no password' {
        $certificate = New-TestCertificate $pebble @{ Domain = 'none.pfx.test'; KeyLength = 'ec-256'; PfxPass = '' }
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.PfxFile, '').HasPrivateKey | Should -BeTrue
    }

    It 'carries the friendly name, and is encrypted as old Windows needs it' -Skip:(-not $hasOpenSsl) {
        $certificate = New-TestCertificate $pebble @{ Domain = 'old.pfx.test'; FriendlyName = 'My certificate' }
        $legacy = if ((openssl version) -match 'OpenSSL [3-9]') { '-legacy' } else { @() }
        $info = Get-PfxInfo $certificate.PfxFullChain poshacme $legacy
        $info | Should -BeLike '*pbeWithSHA1And3-KeyTripleDES-CBC*'
        $info | Should -Not -BeLike '*AES-256*'
        $info | Should -BeLike '*friendlyName: My certificate*'
        [regex]::Matches($info, 'BEGIN CERTIFICATE').Count | Should -Be 2
        (Get-PAOrder).FriendlyName | Should -Be 'My certificate'
    }

    It 'is encrypted by AES-256 with -UseModernPfxEncryption' -Skip:(-not $hasOpenSsl) {
        $certificate = New-TestCertificate $pebble @{ Domain = 'modern.pfx.test'; UseModernPfxEncryption = $true }
        $info = Get-PfxInfo $certificate.PfxFile poshacme
        $info | Should -BeLike '*AES-256-CBC*'
        $info | Should -Not -BeLike '*3-KeyTripleDES*'
        $info | Should -BeLike '*friendlyName: modern.pfx.test*'
        (Get-PAOrder).UseModernPfxEncryption | Should -BeTrue
    }
}

Describe 'A request that is made here' {
    It 'carries the subject and must-staple that were asked for' -Skip:(-not $hasOpenSsl) {
        $certificate = New-TestCertificate $pebble @{ Domain = 'subject.test'; KeyLength = 'ec-256'; Subject = 'CN=subject.test,O=Example,C=DE'; OCSPMustStaple = $true }
        $text = (openssl req -in $certificate.CSR -noout -text -verify 2>&1) -join "`n"
        $text | Should -Match 'verif\w+ OK'
        $text | Should -Match 'O ?= ?Example'
        $text | Should -Match 'TLS Feature|1\.3\.6\.1\.5\.5\.7\.1\.24'
        $text | Should -BeLike '*DNS:subject.test*'
    }
}

Describe 'Orders' {
    BeforeAll {
        $null = New-PAOrder find.test, a.find.test -KeyLength ec-256
        $null = New-PAOrder find.test, b.find.test -KeyLength ec-256 -Name second
        $null = New-PAOrder '*.find.test' -KeyLength ec-256
    }

    It 'are found by main domain, name, and with all others' {
        (Get-PAOrder -Name find.test).SANs | Should -Be a.find.test
        (Get-PAOrder -Name second).SANs | Should -Be b.find.test
        (Get-PAOrder '*.find.test').Name | Should -Be '!.find.test'
        (Get-PAOrder FIND.test).MainDomain | Should -Be find.test
        Get-PAOrder find.test -Name '!.find.test' | Should -BeNullOrEmpty -Because 'its main domain is another'
        (Get-PAOrder -List | Where-Object MainDomain -EQ find.test).Name | Sort-Object | Should -Be find.test, second
        'find.test', '*.find.test' | Get-PAOrder | ForEach-Object MainDomain | Should -Be find.test, '*.find.test'
    }

    It 'with one main domain: the one that expires last is found' {
        $file = Join-Path (Get-PAOrder -Name second).Folder order.json
        foreach ($case in @{ Expires = '2199-01-01T00:00:00Z'; Name = 'second' }, @{ Expires = '2001-01-01T00:00:00Z'; Name = 'find.test' }) {
            (Get-Content $file -Raw) -replace '("expires":\s*)"[^"]+"', "`$1""$($case.Expires)""" | Set-Content $file
            (Get-PAOrder find.test).Name | Should -Be $case.Name
        }
    }

    It 'are shown in a table as one is' {
        $text = (Get-PAOrder -List | Out-String -Width 200) -replace "`e\[[0-9;]*m"
        $lines = $text.Trim() -split "`r?`n"
        -split $lines[0] | Should -Be Name, MainDomain, status, KeyLength, SANs, CertExpires, Plugin
        @($lines -match '^!\.find\.test +\*\.find\.test +pending +ec-256 +\{\} +\{Manual\}$') | Should -HaveCount 1
    }

    It 'keep their plugins and what else was asked for; the last plugin counts for all other names' {
        $order = New-PAOrder keep.test, b.keep.test -KeyLength ec-256 -Plugin GoDaddy, Manual -DnsAlias acme.test -DnsSleep 5 -ValidationTimeout 30 -LifetimeDays 0 -UseSerialValidation -DnsWait Fixed -DnsServer 127.0.0.1
        $order.DnsWait, $order.DnsServer | Should -Be Fixed, 127.0.0.1:53
        $order.Plugin | Should -Be GoDaddy, Manual
        $order.DnsAlias | Should -Be acme.test
        $order.DnsSleep, $order.ValidationTimeout, $order.LifetimeDays, $order.UseSerialValidation | Should -Be 5, 30, 0, $true
        (($order | Out-String -Width 200) -replace "`e\[[0-9;]*m") | Should -BeLike '*{GoDaddy, Manual}*'
    }

    It 'in the way are not replaced without a question, or by -Force' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $said = & $program -NoProfile -NonInteractive -Command "
            Import-Module '$($module.Path)'
            try { New-PAOrder keep.test, b.keep.test -KeyLength ec-256 } catch { ""`$_"" }
            try { New-PAOrder live.test -KeyLength ec-256 } catch { ""`$_"" }"
        $said | Should -HaveCount 2
        $said | Should -BeLike '*Nobody is there to answer*'
        $location = (Get-PAOrder keep.test).location
        (New-PAOrder keep.test, b.keep.test -KeyLength ec-256 -Force).location | Should -Not -Be $location
    }

    It 'give their certificates by the same ways' {
        (Get-PACertificate live.test).AllSANs | Should -Be live.test
        (Get-PACertificate -Name live.test).AllSANs | Should -Be live.test
        Get-PACertificate find.test | Should -BeNullOrEmpty
        @(Get-PACertificate -List).Count | Should -BeGreaterThan 10
        (Get-PACertificate -List).AllSANs | Should -Contain fresh.test
    }

    It 'that the CA has forgotten are shown as they were kept, with a warning' {
        $order = New-PAOrder lost.test -KeyLength ec-256
        $file = Join-Path $order.Folder order.json
        (Get-Content $file -Raw).Replace($order.location, "$($order.location)gone") | Set-Content $file
        $shown = Get-PAOrder lost.test -Refresh -WarningVariable warned -WarningAction SilentlyContinue
        $shown.status | Should -Be pending
        "$warned" | Should -BeLike "*lost.test*"
    }

    It 'are due when the CA says so, as soon as they are refreshed' {
        # Pebble has no such advice: that it is asked is what can be seen.
        $null = New-TestCertificate $pebble @{ Domain = 'advice.test'; KeyLength = 'ec-256' }
        $file = Join-Path (Get-PAServer).Folder dir.json
        $former = Get-Content $file -Raw
        try {
            $directory = $former | ConvertFrom-Json -AsHashtable
            $directory.renewalInfo = $pebble.DirectoryUrl -replace 'dir$', 'renewal-info'
            $directory | ConvertTo-Json -Depth 9 | Set-Content $file
            $said = Get-PAOrder advice.test -Refresh -Verbose -ErrorAction Stop 4>&1
            "$said" | Should -BeLike "*/renewal-info/$((Get-PACertificate advice.test).ARIId) with 404*"
            (Get-PAOrder advice.test).RenewAfter | Should -Not -BeNullOrEmpty
        }
        finally {
            Set-Content $file $former
        }
    }
}
