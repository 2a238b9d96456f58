# Pebble, the scripted server, profiles and shortcuts for tests that work on the built module. Import it after the module under test.

$script:servers = [Collections.Generic.List[object]]::new()
$script:profiles = [Collections.Generic.List[string]]::new()

# Starts Pebble with its challenge server. -Options are those of tests/AcmeTestServers/Pebble/PebbleOptions.cs.
function Start-Pebble([hashtable] $Options = @{}) {
    Start-HostProcess PebbleHost $Options
}

# Starts the scripted ACME server, which believes http-01 and looks up the records that Add-TestTxt gave it. -Options are
# those of tests/AcmeTestServers/Scripted/ScriptedAcmeOptions.cs.
function Start-ScriptedServer([hashtable] $Options = @{}) {
    Start-HostProcess ScriptedHost $Options
}

# Stops a server; without -Server, all that were started here.
function Stop-TestServer($Server) {
    foreach ($one in @($script:servers)) {
        if ($null -eq $Server -or $one -eq $Server) {
            Stop-HostProcess $one.Process
            $null = $script:servers.Remove($one)
        }
    }
}

function Stop-Pebble($Pebble) {
    Stop-TestServer $Pebble
}

# Changes how the scripted server behaves from now on.
function Set-ScriptedOption($Server, [hashtable] $Options) {
    $null = Send-ChallengeServer $Server options $Options
}

# Has the next requests for something (such as newOrder) refused: -Problem has status, type, detail, perhaps retryAfter and times.
function Add-ScriptedProblem($Server, [string] $Operation, [hashtable] $Problem) {
    $null = Send-ChallengeServer $Server faults (@{ operation = $Operation } + $Problem)
}

# What the scripted server was asked for so far: operation, method, status, payload.
function Get-ScriptedRequest($Server, [string] $Operation = '*') {
    (Invoke-RestMethod "$($Server.ChallengeManagementUrl)requests") | Where-Object operation -Like $Operation
}

# The TXT values at a name, in the DNS of the scripted server.
function Get-ScriptedTxt($Server, [string] $Name) {
    Invoke-RestMethod "$($Server.ChallengeManagementUrl)txt/$Name"
}

# The requests that its API got so far, such as 'POST /sign-me-up'.
function Get-PebbleRequest($Pebble) {
    $Pebble.Process.StandardInput.WriteLine('requests')
    Read-Answer $Pebble.Process
}

# What both programs printed, as one text.
function Get-PebbleOutput($Pebble) {
    $Pebble.Process.StandardInput.WriteLine('output')
    Read-Answer $Pebble.Process
}

# Adds a TXT record to the DNS that Pebble asks.
function Add-TestTxt($Pebble, [string] $Name, [string] $Value) {
    $null = Send-ChallengeServer $Pebble set-txt @{ host = "$($Name.TrimEnd('.'))."; value = $Value }
}

# Takes all TXT records of a name away.
function Clear-TestTxt($Pebble, [string] $Name) {
    $null = Send-ChallengeServer $Pebble clear-txt @{ host = "$($Name.TrimEnd('.'))." }
}

# Answers an http-01 challenge; needs the option ServeHttp01.
function Add-TestHttpAnswer($Pebble, [string] $Token, [string] $Content) {
    $null = Send-ChallengeServer $Pebble add-http01 @{ token = $Token; content = $Content }
}

# An empty profile that the module uses from now on. Returns its folder.
function New-TestProfile {
    $env:POSHACME_HOME = Join-Path ([IO.Path]::GetTempPath()) "poshacme-test-$([guid]::NewGuid().ToString('n'))"
    $null = New-Item $env:POSHACME_HOME -ItemType Directory
    $script:profiles.Add($env:POSHACME_HOME)
    $env:POSHACME_HOME
}

# Takes all profiles away that New-TestProfile made.
function Remove-TestProfile {
    $script:profiles | Remove-Item -Recurse -Force -ErrorAction Ignore
    $script:profiles.Clear()
    $env:POSHACME_HOME = $null
}

# A text that differs as soon as a file or folder came or went, or a file was written, even with what it held before.
# Times of folders do not count: locks come and go in them.
function Get-TreeState([string] $Folder = $env:POSHACME_HOME) {
    $state = foreach ($item in Get-ChildItem $Folder -Recurse -Force | Sort-Object FullName) {
        if ($item.PSIsContainer) {
            $item.FullName
        }
        else {
            "$($item.FullName) $($item.LastWriteTimeUtc.Ticks) $((Get-FileHash -LiteralPath $item.FullName).Hash)"
        }
    }
    $state -join "`n"
}

# Chooses the scripted server.
function Use-ScriptedServer($Server, [string] $Name) {
    $more = if ($Name) { @{ Name = $Name } } else { @{} }
    Set-PAServer $Server.DirectoryUrl @more 6>$null
}

# Chooses Pebble as the server, by its own CA.
function Use-Pebble($Pebble, [string] $Name) {
    $more = if ($Name) { @{ Name = $Name } } else { @{} }
    Set-PAServer $Pebble.DirectoryUrl -CACertificate $Pebble.ApiCaCertificatePath @more 6>$null
}

# Takes the current order to the status ready: by dns-01, or by whatever is offered when Pebble believes everything.
function Approve-TestOrder($Pebble, [int] $Seconds = 30) {
    $auths = @(Get-PAOrder | Get-PAAuthorization)
    foreach ($auth in $auths) {
        if ($auth.DNS01Token) {
            Add-TestTxt $Pebble "_acme-challenge.$($auth.DNSId)" (Get-KeyAuthorization $auth.DNS01Token -ForDNS)
        }
    }
    $auths | Where-Object status -EQ pending | ForEach-Object { if ($_.DNS01Url) { $_.DNS01Url } else { $_.HTTP01Url } } | Send-ChallengeAck
    Wait-TestOrder ready $Seconds
}

# Waits until the CA gives the current order a status.
function Wait-TestOrder([string] $Status, [int] $Seconds = 30) {
    $deadline = [DateTime]::UtcNow.AddSeconds($Seconds)
    while (($order = Get-PAOrder -Refresh).status -ne $Status) {
        if ([DateTime]::UtcNow -gt $deadline) {
            throw "The order is $($order.status), not $Status, after $Seconds seconds."
        }
        Start-Sleep -Milliseconds 100
    }
    $order
}

# Orders, validates and downloads a certificate. -Order are the parameters of New-PAOrder.
function New-TestCertificate($Pebble, [hashtable] $Order) {
    $null = New-PAOrder @Order
    $null = Approve-TestOrder $Pebble
    Submit-OrderFinalize
    Complete-PAOrder
}

function Send-ChallengeServer($Pebble, [string] $Command, [hashtable] $Body) {
    Invoke-RestMethod "$($Pebble.ChallengeManagementUrl)$Command" -Method Post -Body ($Body | ConvertTo-Json -Depth 5 -Compress) -ContentType application/json
}

function Start-HostProcess([string] $Name, [hashtable] $Options) {
    $folder = [IO.Path]::GetFullPath("$PSScriptRoot/../../../artifacts/bin/$Name")
    $program = Get-ChildItem $folder -Filter "$Name.dll" -Recurse -ErrorAction Ignore | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not $program) {
        throw "$Name is not built: dotnet build tests/$Name -c Release"
    }
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.ArgumentList.Add($program.FullName)
    $start.ArgumentList.Add(($Options | ConvertTo-Json -Depth 5 -Compress))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    try {
        $server = Read-Answer $process
    }
    catch {
        Stop-HostProcess $process
        throw
    }
    $server | Add-Member Process $process
    $script:servers.Add($server)
    $server
}

function Read-Answer($Process) {
    $line = $Process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait(60000)) {
        throw 'The host of the server does not answer.'
    }
    if ($null -eq $line.Result) {
        throw 'The host of the server has ended; its reason stands above.'
    }
    $line.Result | ConvertFrom-Json
}

function Stop-HostProcess($Process) {
    $Process.StandardInput.Close()
    if (-not $Process.WaitForExit(10000)) {
        $Process.Kill($true)
    }
    $Process.Dispose()
}

# Serves the files of a folder over http on loopback, whatever host is asked for, until Stop-TestWebServer. In -HostFolder
# a file is named after the host and the last part of the path: <host>-<part>.
function Start-TestWebServer([int] $Port, [string] $Root, [string] $HostFolder) {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $Port)
    $listener.Start()
    $stop = [Threading.ManualResetEventSlim]::new()
    $shell = [powershell]::Create().AddScript({
        param($listener, $root, $hostFolder, $stop)
        while (-not $stop.IsSet) {
            if (-not $listener.Pending()) {
                Start-Sleep -Milliseconds 10
                continue
            }
            $client = $listener.AcceptTcpClient()
            try {
                $client.ReceiveTimeout = $client.SendTimeout = 5000
                $stream = $client.GetStream()
                $reader = [IO.StreamReader]::new($stream, [Text.Encoding]::ASCII)
                $url = ($reader.ReadLine() -split ' ')[1]
                $name = ''
                while ($line = $reader.ReadLine()) {
                    if ($line -match '^Host: *([^:]+)') { $name = $Matches[1] }
                }
                $path = Join-Path $root $url
                if ($hostFolder -and -not [IO.File]::Exists($path)) {
                    $path = "$hostFolder/$name-$(($url -split '/')[-1])"
                }
                $status, $body = '404 Not Found', [byte[]]::new(0)
                if ([IO.File]::Exists($path)) {
                    $status, $body = '200 OK', [IO.File]::ReadAllBytes($path)
                }
                $head = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 $status`r`nContent-Length: $($body.Length)`r`nConnection: close`r`n`r`n")
                $stream.Write($head, 0, $head.Length)
                $stream.Write($body, 0, $body.Length)
            }
            catch [IO.IOException] {
                # Who asked has gone.
            }
            finally {
                $client.Dispose()
            }
        }
    }).AddArgument($listener).AddArgument($Root).AddArgument($HostFolder).AddArgument($stop)
    [pscustomobject]@{ Listener = $listener; Stop = $stop; Shell = $shell; Run = $shell.BeginInvoke() }
}

function Stop-TestWebServer($Server) {
    $Server.Stop.Set()
    if ($Server.Run.AsyncWaitHandle.WaitOne(15000)) {
        $Server.Shell.Dispose()
    }
    $Server.Listener.Stop()
}

Export-ModuleMember -Function *-Pebble, Get-Pebble*, *-Scripted*, *-Test*, Get-TreeState
