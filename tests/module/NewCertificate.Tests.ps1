#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# New-PACertificate and Submit-ChallengeValidation against Pebble, which really looks at what plugins publish: WebRoot with
# a web server on Pebble's port, GoDaddy with its stub, and a plugin script that writes to the DNS that Pebble asks.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble
    $believing = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile

    # Answers http-01 with what lies in $webRoot, as a web server does.
    $webRoot = (New-Item "$TestDrive/webroot" -ItemType Directory).FullName
    $web = Start-TestWebServer $pebble.HttpPort $webRoot

    $env:POSHACME_PLUGINS = "$PSScriptRoot/Support/Plugins"
    $dnsPlugin = @{ Plugin = 'PebbleDns'; PluginArgs = @{ PDUrl = $pebble.ChallengeManagementUrl }; DnsSleep = 0; CertKeyLength = 'ec-256' }
    $webPlugin = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = $webRoot }; CertKeyLength = 'ec-256' }
    Use-Pebble $pebble main

    function Get-Leaf($Certificate) {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($Certificate.CertFile)
    }

    function Get-WebFile {
        Get-ChildItem $webRoot -Recurse -File
    }

    function New-Csr([string[]] $Names) {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$($Names[0])", $key, [Security.Cryptography.HashAlgorithmName]::SHA256)
        $alternatives = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $Names | ForEach-Object { $alternatives.AddDnsName($_) }
        $request.CertificateExtensions.Add($alternatives.Build())
        $request.CreateSigningRequestPem()
    }
}

AfterAll {
    Stop-TestWebServer $web
    Stop-Pebble
    Remove-TestProfile
    $env:POSHACME_PLUGINS = $null
}

Describe 'New-PACertificate' {
    It 'asks for the terms of service to be agreed to when it has to make an account' {
        { New-PACertificate terms.test @webPlugin } | Should -Throw -ErrorId 'AcmeProblem.agreementRequired,*'
        Get-PAAccount -List | Should -BeNullOrEmpty
    }

    It 'makes the account, and issues by a web server' {
        $certificate = New-PACertificate web.test @webPlugin -AcceptTOS -Contact me@example.test
        $certificate.PSTypeNames[0] | Should -Be 'PoshACME.PACertificate'
        $certificate.AllSANs | Should -Be 'web.test'
        (Get-Leaf $certificate).GetNameInfo('DnsName', $false) | Should -Be 'web.test'
        (Get-PAAccount).contact | Should -Be 'mailto:me@example.test'
        (Get-PAOrder).status | Should -Be valid
        Get-WebFile | Should -BeNullOrEmpty
    }

    It 'says that it is done the second time, and asks nothing but the directory' {
        $before = @(Get-PebbleRequest $pebble).Count
        New-PACertificate web.test @webPlugin -WarningVariable warnings 3>$null | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike "*'web.test' has been issued already*-Force*"
        @(Get-PebbleRequest $pebble).Count | Should -BeLessOrEqual ($before + 1)
    }

    It 'issues anew with -Force, with what the order has kept' {
        $first = Get-PACertificate web.test
        $second = New-PACertificate web.test -Force
        $second.Thumbprint | Should -Not -Be $first.Thumbprint
        $second.KeyLength | Should -Be ec-256
        (Get-PAOrder web.test).Plugin | Should -Be WebRoot
    }

    It 'validates names by two plugins, one for each' {
        $certificate = New-PACertificate two.test, *.two.test, *.three.test -Plugin HttpFile, PebbleDns -DnsSleep 0 -PluginArgs @{
            WRPath = $webRoot; PDUrl = $pebble.ChallengeManagementUrl
        } -CertKeyLength ec-256
        $certificate.AllSANs | Sort-Object | Should -Be '*.three.test', '*.two.test', 'two.test'
        (Get-PAOrder).Plugin | Should -Be WebRoot, PebbleDns
        (Get-PAPluginArgs).WRPath | Should -Be $webRoot
    }

    It 'publishes at GoDaddy and takes everything away again' {
        $stub = & { . "$PSScriptRoot/Fixtures/Challenges.ps1"; Start-GoDaddyStub '--zones', 'godaddy.test', '--key', 'the-key', '--secret', 'S3cr3t' }
        try {
            Use-Pebble $believing believing
            $secret = ConvertTo-SecureString S3cr3t -AsPlainText -Force
            $arguments = @{ GDKey = 'the-key'; GDSecretSecure = $secret; GDBaseUri = $stub.Url }
            New-PACertificate godaddy.test, *.godaddy.test -AcceptTOS -Plugin GoDaddy -PluginArgs $arguments -DnsSleep 0 -CertKeyLength ec-256 |
                Should -Not -BeNullOrEmpty
            $log = Invoke-RestMethod "$($stub.Url)/__log"
            $log.requests.method | Should -Contain PUT
            $log.records | Where-Object { $_.type -eq 'TXT' -and $_.name -like '_acme*' } | Should -BeNullOrEmpty
            Get-Content "$((Get-PAOrder).Folder)/pluginargs.json" -Raw | Should -Not -BeLike '*S3cr3t*'
        }
        finally {
            $stub.Process.Kill()
            Use-Pebble $pebble main
        }
    }

    It 'names what a plugin lacks before the CA is asked for anything' {
        { New-PACertificate lacking.test -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDToken = 't' } } | Should -Throw -ErrorId 'InvalidPluginArguments,*'
        { New-PACertificate lacking.test -Plugin Nobody } | Should -Throw -ErrorId 'PluginNotFound,*'
        { New-PACertificate *.lacking.test @webPlugin } | Should -Throw -ErrorId 'PluginCannotValidate,*'
        Get-PAOrder lacking.test | Should -BeNullOrEmpty
    }

    It 'lists the names that failed, cleans up, and succeeds when the fault is mended' {
        { New-PACertificate good.test, bad.test @webPlugin -PluginArgs @{ WRPath = "$TestDrive" } } | Should -Throw -ErrorId 'ValidationFailed,*'
        Get-ChildItem "$TestDrive/.well-known" -Recurse -File -ErrorAction Ignore | Should -BeNullOrEmpty
        $certificate = New-PACertificate good.test, bad.test -PluginArgs @{ WRPath = $webRoot } -WarningAction SilentlyContinue
        $certificate.AllSANs | Sort-Object | Should -Be 'bad.test', 'good.test'
    }

    It 'goes on with an order that was begun step by step' {
        $order = New-PAOrder begun.test -KeyLength ec-256 -Plugin WebRoot -PluginArgs @{ WRPath = $webRoot }
        $certificate = New-PACertificate begun.test
        (Get-PAOrder).location | Should -Be $order.location
        $certificate.AllSANs | Should -Be begun.test
    }

    It 'issues for a request that was made elsewhere' {
        $certificate = New-PACertificate -CSRPath (New-Csr csr.test, www.csr.test) -Plugin WebRoot -PluginArgs @{ WRPath = $webRoot }
        $certificate.AllSANs | Sort-Object | Should -Be 'csr.test', 'www.csr.test'
        Test-Path $certificate.KeyFile | Should -BeFalse
    }

    It 'asks a script for a fresh request at each issuance, in the session of the caller' {
        $mine = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = $webRoot } }
        $script:asked = 0
        $provider = {
            $script:asked++
            New-Csr (@($_.MainDomain) + $args[0].SANs)
        }
        $first = (Get-Leaf (New-PACertificate fresh.test, www.fresh.test -CsrProvider $provider @mine)).GetPublicKeyString()
        $null = New-PACertificate fresh.test, www.fresh.test -CsrProvider $provider @mine 3>$null
        $asked | Should -Be 1
        $second = New-PACertificate fresh.test, www.fresh.test -CsrProvider $provider @mine -Force
        $asked | Should -Be 2
        $first | Should -Not -Be (Get-Leaf $second).GetPublicKeyString()
        { New-PACertificate fresh.test -CsrProvider { New-Csr other.test } @mine } | Should -Throw -ErrorId 'CsrNamesDiffer,*'
        { New-PACertificate fresh.test -CsrProvider { throw 'no device' } @mine } | Should -Throw '*no device*'
    }

    # In a process of its own: around a test is a try, in which an error ends a script anyway.
    It 'takes a script for failed when an error ends one of its commands' {
        $said = Invoke-Child "New-PACertificate failing.test -Plugin WebRoot -PluginArgs @{ WRPath = '$webRoot' } -CsrProvider { 1 / 0; Set-Content '$TestDrive/wenton' x }"
        "$said" | Should -BeLike '*certificate requests failed for order ''failing.test'': Attempted to divide by zero.*'
        "$TestDrive/wenton" | Should -Not -Exist
    }

    It 'works on several orders from the pipeline, of which one fails' {
        $rows = @'
Domain,Name
"row1.test,www.row1.test",first
row2.test,second
*.row3.test,third
row4.test,fourth
row5.test,fifth
'@ | ConvertFrom-Csv
        $certificates = $rows | New-PACertificate @webPlugin -ThrottleLimit 3 -ErrorVariable errors -ErrorAction SilentlyContinue
        $certificates | Should -HaveCount 4
        $certificates.AllSANs | Sort-Object | Should -Be 'row1.test', 'row2.test', 'row4.test', 'row5.test', 'www.row1.test'
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'PluginCannotValidate,*'
        $errors[0].TargetObject | Should -Be third
        (Get-PAOrder -List).Name | Should -Contain fifth
        Get-WebFile | Should -BeNullOrEmpty
    }

    It 'takes names and arrays of names from the pipeline, each an order' {
        $certificates = 'p1.test', @('p2.test', 'www.p2.test') | New-PACertificate @webPlugin
        $certificates | Should -HaveCount 2
        $certificates.AllSANs | Sort-Object | Should -Be 'p1.test', 'p2.test', 'www.p2.test'
    }

    It 'never falls back to a CA that nobody chose' {
        $saved = $env:POSHACME_HOME
        try {
            $empty = New-TestProfile
            $null = New-Item "$empty/some-server" -ItemType Directory
            { New-PACertificate a.test } | Should -Throw -ErrorId 'NoServer,*'
        }
        finally {
            $env:POSHACME_HOME = $saved
        }
    }

    It 'makes the server that is given the current one, and an account with another key' {
        $null = New-PACertificate other.test @webPlugin -DirectoryUrl $believing.DirectoryUrl -AccountKeyLength ec-384 -AcceptTOS
        (Get-PAServer).location | Should -Be $believing.DirectoryUrl
        (Get-PAAccount).KeyLength | Should -Be ec-384
        Use-Pebble $pebble main
    }
}

Describe 'Submit-ChallengeValidation' {
    It 'takes an order to the status ready' {
        $null = New-PAOrder validate.test, *.validate.test -KeyLength ec-256 -Plugin PebbleDns -PluginArgs $dnsPlugin.PluginArgs -DnsSleep 0
        Submit-ChallengeValidation | Should -BeNullOrEmpty
        (Get-PAOrder).status | Should -Be ready
        Submit-OrderFinalize
        (Complete-PAOrder).AllSANs | Sort-Object | Should -Be '*.validate.test', 'validate.test'
    }

    It 'takes the order that is piped, one name after the other' {
        $null = New-PAOrder piped.test, www.piped.test -KeyLength ec-256 -Plugin WebRoot -PluginArgs $webPlugin.PluginArgs -UseSerialValidation
        $order = Get-PAOrder
        $null = New-PAOrder current.test -KeyLength ec-256
        $order | Submit-ChallengeValidation
        (Get-PAOrder piped.test).status | Should -Be ready
        (Get-PAOrder).status | Should -Be pending
    }
}

Describe 'A script written for Posh-ACME' {
    It 'runs as it is' {
        Set-Content "$TestDrive/renew.ps1" @'
param($Server, $Root)
$ErrorActionPreference = 'Stop'
Set-PAServer $Server
if (-not (Get-PAAccount)) {
    New-PAAccount -AcceptTOS -Contact 'me@example.test' | Out-Null
}
$certParams = @{
    Domain      = 'script.test', 'www.script.test'
    AcceptTOS   = $true
    Contact     = 'me@example.test'
    DnsPlugin   = 'WebRoot'
    PluginArgs  = @{ WRPath = $Root }
    PfxPass     = 'secret'
    DnsSleep    = 5
}
if ($cert = New-PACertificate @certParams) {
    Write-Output "new: $($cert.AllSANs -join ',') $($cert.PfxFullChain)"
}
$cert = Get-PACertificate 'script.test'
[Security.Cryptography.X509Certificates.X509Certificate2]::new($cert.PfxFullChain, $cert.PfxPass).Thumbprint -eq $cert.Thumbprint
'@
        $output = & "$TestDrive/renew.ps1" $pebble.DirectoryUrl $webRoot
        $output[0] | Should -BeLike 'new: *script.test*fullchain.pfx'
        $output[1] | Should -BeTrue
        & "$TestDrive/renew.ps1" $pebble.DirectoryUrl $webRoot 3>$null | Should -BeTrue
    }
}
