# Calls every plugin script of a folder once in each direction, with arguments that mean nothing, while a proxy answers
# 404 to every request; writes as JSON what each of them said. The environment names the proxy, before the first request
# of the process.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Plugins, [Parameter(Mandatory)] [string] $Folder)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
$proxy = [powershell]::Create().AddScript({
    param($Listener)
    $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 404 Not Found`r`nContent-Type: application/json`r`nContent-Length: 2`r`nConnection: close`r`n`r`n{}")
    while ($client = $Listener.AcceptTcpClient()) {
        try {
            $stream = $client.GetStream()
            $null = $stream.Read([byte[]]::new(65536), 0, 65536)
            $stream.Write($answer, 0, $answer.Length)
        }
        catch { }
        $client.Close()
    }
}).AddArgument($listener)
$null = $proxy.BeginInvoke()
$env:HTTP_PROXY = $env:HTTPS_PROXY = $env:ALL_PROXY = "http://$($listener.LocalEndpoint)"
$env:NO_PROXY = ''

. "$PSScriptRoot/../Fixtures/Challenges.ps1"
$env:POSHACME_HOME = "$Folder/profile"
$env:POSHACME_PLUGINS = $Plugins
New-TestProfile $env:POSHACME_HOME
Import-Module $Module

$secret = ConvertTo-SecureString secret -AsPlainText -Force
$login = [pscredential]::new('user', $secret)
$rsa = [Security.Cryptography.RSA]::Create(2048)
$pem = "-----BEGIN PRIVATE KEY-----`n$([Convert]::ToBase64String($rsa.ExportPkcs8PrivateKey(), 'InsertLineBreaks'))`n-----END PRIVATE KEY-----`n"
$keyFile = "$Folder/key.json"
@{ private_key = $pem; client_email = 'a@example.test'; token_uri = 'https://token.example.test/'; project_id = 'p'; private_key_id = '1' } | ConvertTo-Json | Set-Content $keyFile

$said = foreach ($plugin in Get-PAPlugin -PreferPluginScript | Where-Object Path -Like '*.ps1') {
    $parameters = @(Get-PAPlugin $plugin.Name -Params -PreferPluginScript)
    $sets = @($parameters.ParameterSet | Select-Object -Unique)
    $set = @($parameters | Where-Object IsDefault | ForEach-Object ParameterSet) + $sets | Select-Object -First 1
    $arguments = @{}
    foreach ($p in $parameters | Where-Object { $_.ParameterSet -eq $set -and $_.IsMandatory }) {
        $arguments[$p.Parameter] = switch ($p.ParameterType.Name) {
            SecureString { $secret }
            PSCredential { $login }
            'PSCredential[]' { , @($login) }
            Int32 { 1 }
            SwitchParameter { $true }
            Hashtable { @{} }
            Uri { 'https://example.test/' }
            default { if ($p.Parameter -match 'File$') { $keyFile } elseif ($p.Parameter -match 'Ur[il]') { 'https://example.test' } else { 'example.test' } }
        }
    }
    foreach ($command in 'Publish-Challenge', 'Unpublish-Challenge') {
        # A value out of a list of allowed ones cannot be guessed; the error names them.
        for ($i = 0; $i -lt 5; $i++) {
            $message = try {
                & $command www.example.test main tok $plugin.Name $arguments -PreferPluginScript -WarningVariable warnings -WarningAction SilentlyContinue 6>$null
                "done $warnings"
            }
            catch {
                "$($_.FullyQualifiedErrorId): $_ $($_.Exception.InnerException)"
            }
            if ($message -notmatch 'argument (\S+) of the plugin \S+ must be one of ([^,.]+)') { break }
            $arguments[$Matches[1]] = $Matches[2]
        }
        [pscustomobject]@{ Plugin = $plugin.Name; Command = $command; Said = $message }
    }
}
ConvertTo-Json @($said) -Compress
[Environment]::Exit(0)
