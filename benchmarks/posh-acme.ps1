<#
Issues one certificate with New-PACertificate and tells how long that took. What comes before, the server and the account,
is not measured: after it this prints "ready" and waits for a line of input.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $DirectoryUrl,
    [Parameter(Mandatory)] [string] $Names
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module
Set-PAServer -DirectoryUrl $DirectoryUrl -SkipCertificateCheck -DisableTelemetry
New-PAAccount -AcceptTOS -KeyLength ec-256 | Out-Null
[Console]::Out.WriteLine('ready')
[Console]::In.ReadLine() | Out-Null
$watch = [Diagnostics.Stopwatch]::StartNew()
$certificate = New-PACertificate -Domain $Names.Split(',') -Plugin Manual -PluginArgs @{ ManualNonInteractive = $true } -DnsSleep 0
if (-not $certificate) { throw 'There is no certificate.' }
[Console]::Out.WriteLine('seconds=' + $watch.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))
