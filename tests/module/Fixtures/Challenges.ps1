# What the tests of the commands that answer challenges need: an account in a profile, authorizations, and the servers
# where answers go. No CA is needed.

# The key of RFC 7515 appendix A.3 and what the values are made of: token, dot, thumbprint (RFC 7638).
$accountKey = [ordered]@{
    crv = 'P-256'
    d   = 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI'
    kty = 'EC'
    x   = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'
    y   = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'
}

function ConvertTo-Sha256Text([string]$Text) {
    $hash = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::ASCII.GetBytes($Text))
    [Convert]::ToBase64String($hash).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}

function Get-ExpectedKeyAuthorization([string]$Token) {
    $public = '{"crv":"P-256","kty":"EC","x":"' + $accountKey.x + '","y":"' + $accountKey.y + '"}'
    "$Token.$(ConvertTo-Sha256Text $public)"
}

function Get-ExpectedTxt([string]$Token) {
    ConvertTo-Sha256Text (Get-ExpectedKeyAuthorization $Token)
}

# Makes a profile with the account `main`, which is current, and another one whose key is not the same.
function New-TestProfile([string]$Folder) {
    $server = "$Folder/test-server"
    $location = 'https://acme.example.test/dir'
    $main = @{ status = 'valid'; contact = @(); location = 'https://acme.example.test/acct/1'; key = $accountKey; alg = 'ES256'; KeyLength = 'ec-256' }
    $made = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256')).ExportParameters($true)
    $other = $main.Clone()
    $other.key = [ordered]@{ crv = 'P-256'; kty = 'EC' }
    foreach ($member in @{ d = $made.D; x = $made.Q.X; y = $made.Q.Y }.GetEnumerator()) {
        $other.key[$member.Key] = [Convert]::ToBase64String($member.Value).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    }
    $directory = @{ location = $location }
    foreach ($name in 'newNonce', 'newAccount', 'newOrder', 'revokeCert', 'keyChange') {
        $directory[$name] = "https://acme.example.test/$name"
    }
    foreach ($account in @{ main = $main; other = $other }.GetEnumerator()) {
        $null = New-Item "$server/$($account.Key)" -ItemType Directory -Force
        $account.Value | ConvertTo-Json | Set-Content "$server/$($account.Key)/acct.json"
    }
    $directory | ConvertTo-Json | Set-Content "$server/dir.json"
    Set-Content "$Folder/current-server.txt" $location
    Set-Content "$server/current-account.txt" main
}

# Makes an authorization as Get-PAAuthorization writes it.
function New-TestAuthorization([string]$Name, [string]$Status = 'pending', [string]$Token = "tok-$([guid]::NewGuid().ToString('N'))") {
    $types = if ($Name.StartsWith('*.')) { @('dns-01') } else { 'dns-01', 'http-01' }
    $challenges = foreach ($type in $types) {
        [pscustomobject]@{ type = $type; url = "https://acme.example.test/$type/$Token"; status = $Status; token = $Token }
    }
    $made = [ordered]@{
        PSTypeName = 'PoshACME.PAAuthorization'
        identifier = [pscustomobject]@{ type = 'dns'; value = $Name -replace '^\*\.' }
        status     = $Status
        expires    = '2036-01-01T00:00:00Z'
        challenges = @($challenges)
        DNSId      = $Name -replace '^\*\.'
        fqdn       = $Name
    }
    foreach ($type in 'dns-01', 'http-01') {
        $challenge = $challenges | Where-Object type -EQ $type
        $prefix = $type.ToUpperInvariant().Replace('-', '')
        $made["${prefix}Status"] = $challenge.status
        $made["${prefix}Url"] = $challenge.url
        $made["${prefix}Token"] = $challenge.token
    }
    [pscustomobject]$made
}

function Start-TestProgram([string]$Path, [string[]]$Arguments) {
    $start = [Diagnostics.ProcessStartInfo]::new($Path)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.UseShellExecute = $false
    # Windows PowerShell has no list of arguments; none of these has a space or a quote in it.
    $start.Arguments = $Arguments.ForEach({ if ($_) { $_ } else { '""' } }) -join ' '
    [Diagnostics.Process]::Start($start)
}

# Starts the stub of GoDaddy's API. It ends with Stop-TestServer, or with this process.
function Start-GoDaddyStub([string[]]$Arguments) {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../../..")
    $built = Get-Item "$root/artifacts/bin/GoDaddyStub/*/GoDaddyStub.dll" | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not $built) {
        throw 'The stub is not built: dotnet build tests/GoDaddyStub'
    }
    $process = Start-TestProgram dotnet (@($built.FullName) + $Arguments)
    $url = $process.StandardOutput.ReadLine()
    if (-not $url) {
        throw "The stub did not start: $($process.StandardError.ReadToEnd())"
    }
    [pscustomobject]@{ Process = $process; Url = $url }
}

# The TXT records of a name in a stub, or all requests that it got.
function Get-StubTxt($Stub, [string]$Name) {
    @((Invoke-RestMethod "$($Stub.Url)/__log").records | Where-Object { $_.type -eq 'TXT' -and $_.name -eq $Name } | ForEach-Object data)
}

function Get-StubRequest($Stub) {
    @((Invoke-RestMethod "$($Stub.Url)/__log").requests)
}

# Starts a DNS server that answers as told by Add-TestTxt and Add-TestAlias.
function Start-TestDns {
    for ($try = 1; ; $try++) {
        $listeners = 1..2 | ForEach-Object { [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0) }
        $listeners.ForEach({ $_.Start() })
        $dns, $management = $listeners.ForEach({ "127.0.0.1:$($_.LocalEndpoint.Port)" })
        $listeners.ForEach({ $_.Stop() })
        $process = Start-TestProgram pebble-challtestsrv (
            '-dns01', $dns, '-management', $management, '-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', '')
        while (-not $process.HasExited) {
            try {
                $null = Invoke-RestMethod "http://$management/clear-txt" -Method Post -Body '{"host":"none.test."}'
                return [pscustomobject]@{ Process = $process; NameServer = $dns; Url = "http://$management" }
            }
            catch {
                Start-Sleep -Milliseconds 50
            }
        }
        # Somebody took a port meanwhile.
        if ($try -eq 5) {
            throw "pebble-challtestsrv did not start: $($process.StandardOutput.ReadToEnd())"
        }
    }
}

function Add-TestTxt($Dns, [string]$Name, [string]$Value) {
    $null = Invoke-RestMethod "$($Dns.Url)/set-txt" -Method Post -Body (@{ host = "$Name."; value = $Value } | ConvertTo-Json)
}

function Add-TestAlias($Dns, [string]$Name, [string]$Target) {
    $null = Invoke-RestMethod "$($Dns.Url)/set-cname" -Method Post -Body (@{ host = "$Name."; target = "$Target." } | ConvertTo-Json)
}

function Stop-TestServer($Server) {
    if ($Server) {
        $Server.Process.StandardInput.Close()
        if (-not $Server.Process.WaitForExit(1000)) {
            $Server.Process.Kill()
        }
    }
}
