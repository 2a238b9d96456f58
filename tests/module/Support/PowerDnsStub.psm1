# As much of the API of a PowerDNS server as its plugin needs, for one zone: it refuses other keys and other zones, and has
# the TXT records put into the DNS that Pebble asks.

function Start-PowerDnsStub([string] $ChallengeUrl, [string] $Zone, [string] $Key) {
    $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $probe.Start()
    $port = $probe.LocalEndpoint.Port
    $probe.Stop()
    $listener = [Net.HttpListener]::new()
    $listener.Prefixes.Add("http://127.0.0.1:$port/")
    $listener.Start()
    $records = [Collections.Concurrent.ConcurrentDictionary[string, string[]]]::new()
    $changes = [int[]]::new(1)
    $shell = [powershell]::Create().AddScript({
        param($listener, $challengeUrl, $zone, $key, $records, $changes)

        function Get-Answer($Request) {
            if ($Request.Headers['X-API-Key'] -cne $key) { return 403, '{"error":"Forbidden"}' }
            if ($Request.Url.AbsolutePath -ne "/api/v1/servers/localhost/zones/$zone.") { return 404, '{"error":"Not Found"}' }
            if ($Request.HttpMethod -eq 'GET') {
                $name = $Request.QueryString['rrset_name']
                $sets = @(if ($name -and $records.ContainsKey($name)) {
                    @{ name = $name; type = 'TXT'; ttl = 60; records = @($records[$name] | ForEach-Object { @{ content = $_; disabled = $false } }) }
                })
                return 200, (ConvertTo-Json @{ name = "$zone."; rrsets = $sets } -Depth 5)
            }
            $changes[0]++
            foreach ($set in ([IO.StreamReader]::new($Request.InputStream).ReadToEnd() | ConvertFrom-Json).rrsets) {
                $null = Invoke-RestMethod "${challengeUrl}clear-txt" -Method Post -Body (@{ host = $set.name } | ConvertTo-Json)
                $null = $records.TryRemove($set.name, [ref] $null)
                if ($set.changetype -eq 'REPLACE') {
                    $records[$set.name] = [string[]] @($set.records.content)
                    foreach ($value in $set.records.content) {
                        $null = Invoke-RestMethod "${challengeUrl}set-txt" -Method Post -Body (@{ host = $set.name; value = $value.Trim('"') } | ConvertTo-Json)
                    }
                }
            }
            204, ''
        }

        while ($listener.IsListening) {
            try { $context = $listener.GetContext() } catch { break }
            $status, $text = try { Get-Answer $context.Request } catch { 500, "$_" }
            $body = [Text.Encoding]::UTF8.GetBytes($text)
            $context.Response.StatusCode = $status
            $context.Response.ContentType = 'application/json'
            $context.Response.Close($body, $false)
        }
    }).AddArgument($listener).AddArgument($ChallengeUrl).AddArgument($Zone).AddArgument($Key).AddArgument($records).AddArgument($changes)
    [pscustomobject]@{ Port = $port; Key = $Key; Records = $records; Changes = $changes; Listener = $listener; Shell = $shell; Run = $shell.BeginInvoke() }
}

function Stop-PowerDnsStub($Server) {
    $Server.Listener.Stop()
    if ($Server.Run.AsyncWaitHandle.WaitOne(15000)) {
        $Server.Shell.Dispose()
    }
}

Export-ModuleMember -Function Start-PowerDnsStub, Stop-PowerDnsStub
