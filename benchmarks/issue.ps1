<#
Issues one certificate with a module and tells how long that took: with the commands of the ACME conversation one after
the other, or with New-PACertificate. What comes before, the server and the account, is not measured: after it this
prints "ready" and waits for a line of input.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $DirectoryUrl,
    [Parameter(Mandatory)] [string] $Names,
    [switch] $OneShot
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module
Set-PAServer -DirectoryUrl $DirectoryUrl -SkipCertificateCheck -DisableTelemetry
New-PAAccount -AcceptTOS -KeyLength ec-256 | Out-Null
[Console]::Out.WriteLine('ready')
[Console]::In.ReadLine() | Out-Null
$watch = [Diagnostics.Stopwatch]::StartNew()
if ($OneShot) {
    $certificate = New-PACertificate -Domain $Names.Split(',') -Plugin Manual -PluginArgs @{ ManualNonInteractive = $true } -DnsSleep 0
}
else {
    $order = New-PAOrder -Domain $Names.Split(',')
    $order | Get-PAAuthorization | ForEach-Object DNS01Url | Send-ChallengeAck
    while ((Get-PAOrder -Refresh).status -eq 'pending') { Start-Sleep -Milliseconds 100 }
    Submit-OrderFinalize
    Get-PAOrder -Refresh | Out-Null
    $certificate = Complete-PAOrder
}
if (-not $certificate) { throw 'There is no certificate.' }
[Console]::Out.WriteLine('seconds=' + $watch.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))
# Where the system tells it: the most memory that the whole process has had, in kB.
$peak = if (Test-Path /proc/self/status) { (Get-Content /proc/self/status) -match '^VmHWM' -replace '\D' }
[Console]::Out.WriteLine("peak=$peak")
