#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Bad input: one error that names the thing and what to do, and everything as it was.

BeforeDiscovery {
    $url = 'https://127.0.0.1:9/x'
    $needsServer = @(
        'New-PAAccount -AcceptTOS', 'Get-PAAccount', 'Set-PAAccount x', 'New-PAOrder a.test', 'Get-PAOrder', 'Get-PACertificate'
        "Get-PAAuthorization $url", "Revoke-PAAuthorization $url -Force", "Send-ChallengeAck $url", 'Get-KeyAuthorization abc'
        'Submit-OrderFinalize', 'Complete-PAOrder'
    )
    $needsAccount = $needsServer -ne 'New-PAAccount -AcceptTOS' -ne 'Get-PAAccount' -ne 'Set-PAAccount x'
    $label = 'a' * 64
    $longName = ((1..5 | ForEach-Object { 'b' * 60 }) -join '.') + '.test'
    $badNames = @(
        @{ Name = 'has space.test' }, @{ Name = 'https://site.test' }, @{ Name = 'site.test/path' }, @{ Name = 'site.test:443' }
        @{ Name = "$label.test" }, @{ Name = $longName }, @{ Name = 'a..test' }, @{ Name = '.test' }, @{ Name = '*' }
        @{ Name = 'a.*.test' }, @{ Name = '*.*.test' }, @{ Name = 'fe80::1%eth0' }, @{ Name = 'me@site.test' }
    )
    $keyLengths = '1024', '2047', '2049', '4224', 'ec-224', 'ec-512', 'rsa', '' | ForEach-Object { @{ KeyLength = $_ } }

    # Root may write everywhere: there the commands have to run as somebody else.
    $isRoot = $IsLinux -and (id -u) -eq '0'
    $cannotBeRefused = if ($IsWindows) { 'rights are not modes here' }
    elseif ($isRoot -and -not (Get-Command setpriv -CommandType Application -ErrorAction Ignore)) { 'root may write everywhere, and setpriv is missing' }
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble @{ AlwaysValid = $true }

    # The errors of a script, whether they end the command or not. The script's output is not wanted: it should have none.
    function Get-Failure([scriptblock] $Script) {
        $found = [Collections.Generic.List[object]]::new()
        try {
            & $Script 2>&1 | ForEach-Object { $found.Add($_) }
        }
        catch {
            $found.Add($_)
        }
        , $found
    }

    # Runs a script that must fail with one error, and leave the profile alone.
    function Assert-Failure {
        param([scriptblock] $Script, [string] $Id, [string] $Category, [string[]] $Says, [string] $Advice, [switch] $Asked)
        $tree = Get-TreeState
        $requests = @(Get-PebbleRequest $pebble).Count
        $failures = Get-Failure $Script
        $failures | Should -HaveCount 1 -Because "$Script"
        $failure = $failures[0]
        $failure | Should -BeOfType System.Management.Automation.ErrorRecord
        ($failure.FullyQualifiedErrorId -split ',')[0] | Should -Be $Id -Because "$failure"
        $failure.CategoryInfo.Category | Should -Be $Category
        foreach ($text in $Says) {
            "$failure" | Should -BeLike "*$($text.Replace('[', '`['))*"
        }
        if ($Advice) {
            $failure.ErrorDetails.RecommendedAction | Should -BeLike "*$Advice*"
        }
        Get-TreeState | Should -Be $tree
        if (-not $Asked) {
            @(Get-PebbleRequest $pebble).Count | Should -Be $requests -Because 'the CA need not be asked'
        }
    }

    function Get-ClosedPort {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $listener.LocalEndpoint.Port
        $listener.Stop()
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Without a server' {
    BeforeAll {
        $null = New-TestProfile
    }

    It '<_> says to choose one' -ForEach $needsServer {
        Assert-Failure ([scriptblock]::Create($_)) NoServer InvalidOperation 'No ACME server configured. Run Set-PAServer first.' 'Set-PAServer LE_STAGE'
    }

    It '<_> ends, so that try and catch sees it' -ForEach @(
        'Get-PAOrder', 'Get-PAOrder -List', 'Get-PACertificate', 'Get-PAPluginArgs', 'Set-PAOrder -DnsSleep 1', 'Remove-PAOrder a.test -Force'
        'Remove-PAAccount x -Force', 'Revoke-PACertificate a.test -Force', 'Submit-Renewal', 'Complete-PAOrder'
    ) {
        $ErrorActionPreference = 'Continue'
        { & ([scriptblock]::Create($_)) 2>$null } | Should -Throw -ErrorId 'NoServer,*'
    }

    It 'Get-PAServer gives nothing' {
        Get-PAServer | Should -BeNullOrEmpty
        Get-PAServer -List | Should -BeNullOrEmpty
    }

    It 'Get-PAServer warns of a server that is not in the profile, unless -Quiet' {
        Get-PAServer LE_PROD 3>&1 | Should -BeLike "*https://acme-v02.api.letsencrypt.org/directory*Set-PAServer*"
        Get-PAServer LE_PROD -Quiet 3>&1 | Should -BeNullOrEmpty
    }
}

Describe 'A directory' {
    BeforeAll {
        $null = New-TestProfile
        $ca = $pebble.ApiCaCertificatePath
    }

    It 'that is not ACME is refused' {
        Assert-Failure { Set-PAServer "$($pebble.ManagementUrl)roots/0" -CACertificate $ca } NotAnAcmeDirectory InvalidData "$($pebble.ManagementUrl)roots/0" 'directory URL'
    }

    It 'that is not there is refused' {
        Assert-Failure { Set-PAServer "$($pebble.ManagementUrl)nothing" -CACertificate $ca } UnexpectedResponse InvalidData '/nothing', '404' 'check the URL'
    }

    It 'that cannot be reached is refused' {
        $port = Get-ClosedPort
        Assert-Failure { Set-PAServer "https://127.0.0.1:$port/dir" } ServerUnreachable ConnectionError "127.0.0.1:$port" 'Check the address'
    }

    It 'that is not trusted is refused, and the remedy named' {
        Assert-Failure { Set-PAServer $pebble.DirectoryUrl } ServerNotTrusted SecurityError "127.0.0.1:$(([uri]$pebble.DirectoryUrl).Port)" -Advice '-CACertificate'
    }

    It 'over plain http is refused, but for this machine' {
        Assert-Failure { Set-PAServer http://ca.example.test/dir } InsecureUrl SecurityError 'http://ca.example.test/dir' https
    }

    It '<Url> is refused' -ForEach @(@{ Url = 'nonsense' }, @{ Url = 'LE_NOWHERE' }, @{ Url = 'ftp://ca.example.test/dir' }) {
        Assert-Failure { Set-PAServer $Url } InvalidUrl InvalidArgument $Url 'LE_PROD'
    }

    It 'with a password in its URL is refused without showing it' {
        $failures = Get-Failure { Set-PAServer https://me:secret@ca.example.test/dir }
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'InvalidUrl,*'
        "$($failures[0])" | Should -Not -BeLike '*secret*'
    }

    It 'with a CA that cannot be read is refused' {
        Assert-Failure { Set-PAServer $pebble.DirectoryUrl -CACertificate "$TestDrive/none.pem" } FileNotReadable ReadError 'none.pem'
        Set-Content "$TestDrive/garbage.pem" 'garbage'
        Assert-Failure { Set-PAServer $pebble.DirectoryUrl -CACertificate "$TestDrive/garbage.pem" } InvalidCACertificate InvalidArgument
    }

    It 'of a name that is not in the profile is refused' {
        Assert-Failure { Set-PAServer -Name gone } ServerNotFound ObjectNotFound "'gone'" '-DirectoryUrl'
    }

    It 'in a profile serves on when its server is away, with a warning' {
        Use-Pebble $pebble known
        $dir = Join-Path (Get-PAServer).Folder dir.json
        # Points the kept directory's own address to where nobody listens; the rest of it stays.
        $port = Get-ClosedPort
        (Get-Content $dir -Raw).Replace($pebble.DirectoryUrl, "https://127.0.0.1:$port/dir") | Set-Content $dir -NoNewline
        $warnings = Set-PAServer -Name known 3>&1
        "$warnings" | Should -BeLike "*'known' could not be read anew*127.0.0.1:$port*"
        (Get-PAServer).newOrder | Should -BeLike "https://127.0.0.1:$(([uri]$pebble.DirectoryUrl).Port)/*"
    }
}

Describe 'Without an account' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
    }

    It '<_> says to make or choose one' -ForEach $needsAccount {
        Assert-Failure ([scriptblock]::Create($_)) NoAccount InvalidOperation 'No ACME account configured. Run Set-PAAccount or New-PAAccount first.' 'New-PAAccount -AcceptTOS'
    }

    It '<_> ends, so that try and catch sees it' -ForEach @(
        'Get-PAOrder', 'Get-PACertificate', 'Get-PAPluginArgs', 'Set-PAOrder -DnsSleep 1', 'Remove-PAOrder a.test -Force'
        'Revoke-PACertificate a.test -Force', 'Submit-Renewal -AllOrders'
    ) {
        $ErrorActionPreference = 'Continue'
        { & ([scriptblock]::Create($_)) 2>$null } | Should -Throw -ErrorId 'NoAccount,*'
    }

    It 'Get-PAAccount gives nothing' {
        Get-PAAccount | Should -BeNullOrEmpty
        Get-PAAccount -List | Should -BeNullOrEmpty
        Get-PAAccount gone | Should -BeNullOrEmpty
    }

    It 'Set-PAAccount with an unknown ID says so' {
        Assert-Failure { Set-PAAccount gone } AccountNotFound ObjectNotFound "'gone'" 'Get-PAAccount -List'
    }

    It 'New-PAAccount without -AcceptTOS shows the refusal of the CA and what to do' {
        Assert-Failure { New-PAAccount me@example.com } AcmeProblem.agreementRequired PermissionDenied 'agreementRequired' '-AcceptTOS' -Asked
    }

    It 'New-PAAccount -OnlyReturnExisting for an unknown key shows that there is none' {
        Set-Content "$TestDrive/key.pem" ([Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256).ExportECPrivateKeyPem())
        Assert-Failure { New-PAAccount -KeyFile "$TestDrive/key.pem" -OnlyReturnExisting } AcmeProblem.accountDoesNotExist ObjectNotFound -Advice New-PAAccount -Asked
    }

    It 'New-PAAccount with half a binding says what is missing' {
        Assert-Failure { New-PAAccount -AcceptTOS -ExtAcctKID kid-1 } InvalidExternalAccount InvalidArgument
    }

    It 'New-PAAccount -KeyLength <KeyLength> is refused with the list' -ForEach $keyLengths {
        $failures = Get-Failure { New-PAAccount -AcceptTOS -KeyLength $KeyLength }
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        "$($failures[0])" | Should -BeLike '*ec-256*2048*4096*'
        Get-PAAccount -List | Should -BeNullOrEmpty
    }

    It '-ID <_> cannot be a folder' -ForEach '..', 'a/b', 'a b', 'ü' {
        (Get-Failure { New-PAAccount -AcceptTOS -ID $_ })[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        Get-PAAccount -List | Should -BeNullOrEmpty
    }
}

Describe 'With an account' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $null = New-PAAccount me@example.com -AcceptTOS -ID me
    }

    It '<_> says to make an order' -ForEach 'Submit-OrderFinalize', 'Complete-PAOrder' {
        Assert-Failure ([scriptblock]::Create($_)) NoOrder InvalidOperation 'No Order parameter specified and no current order selected.' 'New-PAOrder'
    }

    It 'Get-PAOrder and Get-PACertificate give nothing, found or not' {
        Get-PAOrder | Should -BeNullOrEmpty
        Get-PAOrder gone.test | Should -BeNullOrEmpty
        Get-PAOrder -Name gone | Should -BeNullOrEmpty
        Get-PAOrder -List | Should -BeNullOrEmpty
        Get-PACertificate | Should -BeNullOrEmpty
        Get-PACertificate -List | Should -BeNullOrEmpty
    }

    It 'the name <Name> is refused before anybody is asked' -ForEach $badNames {
        $shown = if ($Name.Length -gt 100) { $Name.Substring(0, 50) } else { $Name }
        Assert-Failure { New-PAOrder ok.test, $Name } InvalidDomainName InvalidArgument $shown.Replace('*', '`*')
    }

    It 'no name at all is refused' {
        { New-PAOrder @() } | Should -Throw
        { New-PAOrder '' } | Should -Throw
        Get-PAOrder -List | Should -BeNullOrEmpty
    }

    It 'New-PAOrder -KeyLength <KeyLength> is refused with the list' -ForEach $keyLengths {
        $failures = Get-Failure { New-PAOrder a.test -KeyLength $KeyLength }
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        "$($failures[0])" | Should -BeLike '*ec-256*2048*4096*'
        Get-PAOrder -List | Should -BeNullOrEmpty
    }

    It 'names that the CA''s policy refuses are its to refuse and shown: <Name>' -ForEach @(
        @{ Name = 'blocked-domain.example'; Id = 'AcmeProblem.rejectedIdentifier'; Says = 'blocked-domain.example', 'policy'; Advice = 'Leave out' }
        @{ Name = 'www.blocked-domain.example'; Id = 'AcmeProblem.rejectedIdentifier'; Says = 'blocked-domain.example'; Advice = 'Leave out' }
        @{ Name = 'under_score.test'; Id = 'AcmeProblem.malformed'; Says = "'_'"; Advice = '' }
    ) {
        Assert-Failure { New-PAOrder ok.test, $Name } $Id InvalidArgument $Says $Advice -Asked
        Get-PAOrder -List | Should -BeNullOrEmpty
    }

    It 'the problem of the CA can be read by a script' {
        $failure = (Get-Failure { New-PAOrder blocked-domain.example })[0]
        $failure.Exception.Data['type'] | Should -Be urn:ietf:params:acme:error:rejectedIdentifier
        $failure.Exception.Data['detail'] | Should -BeLike '*blocked-domain.example*'
        $failure.Exception.Data['status'] | Should -Be 400
    }

    It 'a profile that the CA does not offer is refused' {
        Assert-Failure { New-PAOrder a.test -Profile shortlived } UnknownProfile InvalidArgument "'shortlived'" '-Profile'
    }

    It 'a key or a request that cannot be used is refused' {
        $ec = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $encryption = [Security.Cryptography.PbeParameters]::new('Aes128Cbc', [Security.Cryptography.HashAlgorithmName]::SHA256, 1000)
        Set-Content "$TestDrive/encrypted.pem" $ec.ExportEncryptedPkcs8PrivateKeyPem('secret', $encryption)
        Assert-Failure { New-PAOrder a.test -KeyFile "$TestDrive/encrypted.pem" } EncryptedPrivateKey InvalidData
        Assert-Failure { New-PAOrder a.test -KeyFile "$TestDrive/none.pem" } FileNotReadable ReadError none.pem
        Set-Content "$TestDrive/garbage.pem" garbage
        { New-PAOrder a.test -KeyFile "$TestDrive/garbage.pem" } | Should -Throw
        { New-PAOrder -CSRPath "$TestDrive/garbage.pem" } | Should -Throw
        Assert-Failure { New-PAOrder -CSRPath "$TestDrive/none.csr" } FileNotReadable ReadError none.csr
        Get-PAOrder -List | Should -BeNullOrEmpty
    }

    It 'a token that is none is refused: <_>' -ForEach '..', '../../etc/passwd', 'a/b', 'a b', 'a.b' {
        Assert-Failure { Get-KeyAuthorization $_ } InvalidToken InvalidArgument $_ 'HTTP01Token'
        Assert-Failure { Get-KeyAuthorization $_ -ForDNS } InvalidToken InvalidArgument $_
    }

    It 'a token that is none does not stop the others' {
        $found = 'one', '../two', 'three' | Get-KeyAuthorization -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | Should -HaveCount 2
        $failed | Should -HaveCount 1
    }
}

Describe 'URLs' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $account = New-PAAccount me@example.com -AcceptTOS -ID me
        $order = New-PAOrder urls.test, other.urls.test -KeyLength ec-256
    }

    It 'Send-ChallengeAck refuses what is no challenge''s URL: <What>' -ForEach @(
        @{ What = 'the directory'; Url = { $pebble.DirectoryUrl } }
        @{ What = 'an authorization'; Url = { $order.authorizations[0] } }
        @{ What = 'the account'; Url = { $account.location } }
    ) {
        $wrong = & $Url
        $failures = Get-Failure { Send-ChallengeAck $wrong }
        $failures | Should -HaveCount 1
        ($failures[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn NotAChallenge, AcmeProblem.malformed
        (Get-PAOrder -Refresh).status | Should -Be pending
    }

    It 'Send-ChallengeAck names a challenge that the CA does not have, and what is no URL' {
        $none = $pebble.DirectoryUrl -replace 'dir$', 'chalZ/none'
        $failures = Get-Failure { Send-ChallengeAck $none }
        "$($failures[0])" | Should -BeLike '*/chalZ/none*404*'
        Assert-Failure { Send-ChallengeAck nonsense } InvalidUrl InvalidArgument "'nonsense'"
    }

    It 'Send-ChallengeAck of one challenge ends, and of piped ones goes on' {
        $ErrorActionPreference = 'Continue'
        $none = $pebble.DirectoryUrl -replace 'dir$', 'chalZ/none'
        { Send-ChallengeAck $none 2>$null } | Should -Throw '*/chalZ/none*'
        { $none | Send-ChallengeAck 2>$null } | Should -Not -Throw
    }

    It 'an order that is given ends the command when it fails, and of piped ones the others go on' {
        $ErrorActionPreference = 'Continue'
        $gone = [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; Name = 'gone'; MainDomain = 'gone.test' }
        { Complete-PAOrder -Order $gone 2>$null } | Should -Throw -ErrorId 'OrderNotFound,*'
        { $gone | Complete-PAOrder 2>$null } | Should -Not -Throw
    }

    It 'Revoke-PAAuthorization never takes an account for an authorization' {
        $failures = Get-Failure { Revoke-PAAuthorization $account.location -Force }
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'NotAnAuthorization,*'
        (Get-PAAccount -Refresh).status | Should -Be valid
    }

    It 'Get-PAAuthorization gives the good ones and an error for each other' {
        $urls = $order.authorizations[0], ($pebble.DirectoryUrl -replace 'dir$', 'authZ/none'), $order.location, $order.authorizations[1]
        $found = Get-PAAuthorization $urls -ErrorAction SilentlyContinue -ErrorVariable failed
        $found.fqdn | Should -Be urls.test, other.urls.test
        $failed | Should -HaveCount 2
        $failed.TargetObject | Should -Be $urls[1, 2]
    }
}

Describe '-ErrorAction' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $null = New-PAAccount me@example.com -AcceptTOS -ID me
        $good = (New-PAOrder action.test -KeyLength ec-256).authorizations[0]
        $bad = $pebble.DirectoryUrl -replace 'dir$', 'authZ/none'
    }

    It 'Stop ends a script at an error that would have let it go on' {
        { Get-PAAuthorization $bad, $good -ErrorAction Stop } | Should -Throw
    }

    It 'SilentlyContinue goes on and keeps the error, Ignore does not keep it' {
        $Error.Clear()
        (Get-PAAuthorization $bad, $good -ErrorAction SilentlyContinue).fqdn | Should -Be action.test
        $Error | Should -HaveCount 1
        $Error.Clear()
        (Get-PAAuthorization $bad, $good -ErrorAction Ignore).fqdn | Should -Be action.test
        $Error | Should -HaveCount 0
    }

    It 'is not needed to catch what ends a command' {
        $caught = try { New-PAOrder 'no name' } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'InvalidDomainName,*'
        $caught.InvocationInfo.MyCommand.Name | Should -Be New-PAOrder
    }

    It 'of a question that nobody answers is an error, and nothing is ordered' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $tree = Get-TreeState
        $said = & $program -NoProfile -NonInteractive -Command "Import-Module '$($module.Path)'; try { New-PAOrder action.test -KeyLength ec-256 } catch { `$_.FullyQualifiedErrorId }"
        $said | Should -BeLike 'ConfirmationNeeded,*'
        Get-TreeState | Should -Be $tree
        (New-PAOrder action.test -KeyLength ec-256 -Force).status | Should -Be pending
    }
}

Describe 'Names that can be read' {
    BeforeAll {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $null = New-PAAccount me@example.com -AcceptTOS
    }

    It '<Given> becomes <Main>' -ForEach @(
        @{ Given = 'bücher.test'; Main = 'xn--bcher-kva.test' }
        @{ Given = '*.BÜCHER.test'; Main = '*.xn--bcher-kva.test' }
        @{ Given = 'dot.test.'; Main = 'dot.test' }
        @{ Given = 'Mixed.Test'; Main = 'mixed.test' }
    ) {
        $order = New-PAOrder $Given -KeyLength ec-256
        $order.MainDomain | Should -Be $Main
        $order.MainDomain | Should -MatchExactly ([regex]::Escape($Main))
        (Get-PAOrder | Get-PAAuthorization).fqdn | Should -Be $Main
    }

    It 'are asked for once each' {
        $order = New-PAOrder dup.test, DUP.test, dup.test., www.dup.test, dup.test -KeyLength ec-256
        $order.MainDomain | Should -Be dup.test
        $order.SANs | Should -Be www.dup.test
        $order.authorizations | Should -HaveCount 2
    }

    It 'may be more than this client would think wise: 101' {
        $order = New-PAOrder (1..101 | ForEach-Object { "n$_.many.test" }) -KeyLength ec-256
        $order.SANs | Should -HaveCount 100
        $order.authorizations | Should -HaveCount 101
    }
}

Describe 'A damaged profile' {
    BeforeEach {
        $null = New-TestProfile
        Use-Pebble $pebble main
        $account = New-PAAccount me@example.com -AcceptTOS -ID me
        $order = New-PAOrder damaged.test -KeyLength ec-256
        $whole = New-PAOrder whole.test -KeyLength ec-256
    }

    AfterEach {
        Remove-TestProfile
    }

    It 'is reported by the name of the file that is damaged: acct.json' {
        $file = Join-Path $account.Folder acct.json
        Set-Content $file '{"status":"val'
        foreach ($script in { Get-PAAccount }, { New-PAOrder x.test }, { Get-PAOrder }, { Set-PAAccount me }) {
            Assert-Failure $script CorruptProfileFile InvalidData $file 'backup'
        }
        Get-PAAccount -List 3>&1 | Should -BeLike "*$file*"
        Get-Content $file | Should -Be '{"status":"val'
    }

    It 'is reported by the name of the file that is empty: order.json' {
        $file = Join-Path $order.Folder order.json
        [IO.File]::WriteAllBytes($file, [byte[]]::new(0))
        Assert-Failure { Get-PAOrder -Name damaged.test } CorruptProfileFile InvalidData $file 'backup'
        (Get-PAOrder).Name | Should -Be whole.test
        $found = Get-PAOrder -List -WarningVariable warned -WarningAction SilentlyContinue
        $found.Name | Should -Be whole.test
        $warned | Should -HaveCount 1
        "$warned" | Should -BeLike "*$file*"
        (Get-Item $file).Length | Should -Be 0
    }

    It 'is reported by the name of the file that is damaged: dir.json' {
        $file = Join-Path (Get-PAServer).Folder dir.json
        Set-Content $file 'no JSON'
        $failures = Get-Failure { New-PAOrder x.test 3>$null }
        $failures | Should -HaveCount 1
        "$($failures[0])" | Should -BeLike "*$file*"
        Get-Content $file | Should -Be 'no JSON'
    }

    It 'whose account lacks its key is reported' {
        $file = Join-Path $account.Folder acct.json
        $json = Get-Content $file -Raw | ConvertFrom-Json
        $json.key = $null
        $json | ConvertTo-Json | Set-Content $file
        Assert-Failure { Get-PAOrder | Get-PAAuthorization } CorruptProfileFile InvalidData 'acct.json' 'backup'
    }
}

Describe 'A profile that may not be written' {
    if ($cannotBeRefused) {
        It 'is an error that names the file' -ForEach @(@{ Reason = $cannotBeRefused }) {
            Set-ItResult -Skipped -Because $Reason
        }
    }
    else {
        BeforeAll {
            # Under a folder that everybody may enter, with a copy of the module: the checkout may be for its owner alone.
            $home2 = Join-Path ([IO.Path]::GetTempPath()) "poshacme-test-$([guid]::NewGuid().ToString('n'))"
            $copy = Join-Path $home2 module
            $null = New-Item (Join-Path $home2 profile) -ItemType Directory
            Copy-Item (Get-TestModulePath) $copy -Recurse
            chmod -R a+rX $home2
            chmod 555 (Join-Path $home2 profile)

            function Invoke-Unprivileged([string] $Script) {
                $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
                $as = if ((id -u) -eq '0') { 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups' } else { @() }
                $command = "`$env:POSHACME_HOME = '$home2/profile'; Import-Module '$copy/PoshAcmeSharp.psd1'; $Script"
                $all = @('env', 'HOME=/nonexistent', 'DOTNET_BUNDLE_EXTRACT_BASE_DIR=/tmp') + $as + @($program, '-NoProfile', '-NonInteractive', '-Command', $command)
                & $all[0] $all[1..($all.Count - 1)] 2>&1
            }
        }

        AfterAll {
            chmod -R u+w $home2
            Remove-Item $home2 -Recurse -Force
        }

        It 'is an error that names the file' {
            $pem = [IO.File]::ReadAllText($pebble.ApiCaCertificatePath)
            $said = Invoke-Unprivileged "try { Set-PAServer $($pebble.DirectoryUrl) -CACertificate '$pem' } catch { `$_.FullyQualifiedErrorId; ""`$_""; `$_.ErrorDetails.RecommendedAction }"
            if ((id -u) -eq '0') {
                $said[0] | Should -BeLike 'ProfileOfAnotherUser,*' -Because "$said"
                $said[1] | Should -BeLike "*$home2/profile*belongs to 'root'*"
                $said[2] | Should -BeLike '*POSHACME_HOME*'
            }
            else {
                $said[0] | Should -BeLike 'ProfileWriteFailed,*' -Because "$said"
                $said[1] | Should -BeLike "*$home2/profile*denied*"
                $said[2] | Should -BeLike '*may write there*'
            }
            Get-ChildItem (Join-Path $home2 profile) -Force | Should -BeNullOrEmpty
        }
    }
}

Describe 'Secrets' {
    It 'are in no stream of a whole issuance, however much is told' {
        $null = New-TestProfile
        $password = 'Sesame-9f27c1'
        $apiSecret = 'ApiSecret-77aa'
        $said = & {
            Set-PAServer $pebble.DirectoryUrl -CACertificate $pebble.ApiCaCertificatePath -Verbose -Debug
            New-PAAccount me@example.com -AcceptTOS -UseAltPluginEncryption -Verbose -Debug | ForEach-Object id
            $secure = ConvertTo-SecureString $apiSecret -AsPlainText -Force
            New-PAOrder secret.test, *.secret.test -PfxPass $password -KeyLength ec-256 -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = $secure } -Verbose -Debug |
                ForEach-Object Name
            $auths = Get-PAOrder | Get-PAAuthorization -Verbose -Debug
            $auths.DNS01Token | Get-KeyAuthorization -Verbose -Debug
            $auths.DNS01Url | Send-ChallengeAck -Verbose -Debug
            Wait-TestOrder ready | ForEach-Object status
            Get-PAOrder -Refresh -Verbose -Debug | ForEach-Object status
            Submit-OrderFinalize -Verbose -Debug
            Complete-PAOrder -Verbose -Debug | ForEach-Object Subject
            Get-PACertificate -Verbose -Debug | ForEach-Object Subject
            Get-PAOrder | Revoke-PAAuthorization -Force -Verbose -Debug
        } *>&1 | Out-String -Width 100000

        # Enough was said to hide something in.
        $said | Should -BeLike '*CN=secret.test*'
        [regex]::Matches($said, '(?m)^POST https://').Count | Should -BeGreaterThan 10
        $said | Should -BeLike '*"identifiers":*'

        $stored = Get-Content (Join-Path (Get-PAAccount).Folder acct.json) -Raw | ConvertFrom-Json
        $stored.key.d | Should -Not -BeNullOrEmpty
        $stored.sskey | Should -Not -BeNullOrEmpty
        $key = [IO.File]::ReadAllLines((Get-PACertificate).KeyFile)[1]
        foreach ($secret in $stored.key.d, $stored.sskey, $password, $apiSecret, $key) {
            $said.Contains($secret) | Should -BeFalse
        }
        $said | Should -Not -Match '"signature"\s*:\s*"[A-Za-z0-9_-]'

        # Nor do they lie about in the profile.
        foreach ($file in Get-ChildItem $env:POSHACME_HOME -Recurse -File) {
            $text = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file.FullName))
            $text.Contains($apiSecret) | Should -BeFalse -Because $file.Name
        }
    }
}
