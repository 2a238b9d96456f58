<#
.SYNOPSIS
Issues one certificate, renews it when it is due, and brings it to many web servers by PowerShell remoting.
.DESCRIPTION
The account at the CA, the keys and this script are on one machine; the servers need nothing but remoting and IIS. Run it once
by hand with -Issue, then daily without. A server that has the certificate already is asked for it and left alone; one that
cannot be reached is named and gets it at the next run. The exit code is 1 when something failed; one line for each says what.
.PARAMETER Domain
The names of the certificate.
.PARAMETER ComputerName
The servers. Remoting signs in as whoever runs this (Kerberos), who must be an administrator there.
.PARAMETER Session
Sessions to the servers instead, such as those of New-PSSession -HostName over SSH.
.PARAMETER Issue
The parameters of New-PACertificate, the first time: @{ Plugin = 'GoDaddy'; PluginArgs = @{ ... }; AcceptTOS = $true }.
.PARAMETER SiteName
The site of IIS whose https bindings get the certificate. Without it, it is only installed.
.PARAMETER StoreLocation
Whose certificate store it is installed into.
.EXAMPLE
./many-servers.ps1 www.example.com -ComputerName WEB1, WEB2, WEB3 -SiteName 'Default Web Site' -Issue @{ Plugin = 'GoDaddy'; PluginArgs = $arguments; AcceptTOS = $true }
Issues the certificate and brings it to three servers.
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'ComputerName')]
param(
    [Parameter(Mandatory, Position = 0)] [string[]] $Domain,
    [Parameter(Mandatory, ParameterSetName = 'ComputerName')] [string[]] $ComputerName,
    [Parameter(Mandatory, ParameterSetName = 'Session')] [Management.Automation.Runspaces.PSSession[]] $Session,
    [hashtable] $Issue,
    [string] $SiteName,
    [ValidateSet('LocalMachine', 'CurrentUser')] [string] $StoreLocation = 'LocalMachine'
)
$ErrorActionPreference = 'Stop'

# Runs on the server. The leaf goes to Personal, the intermediates to theirs; importing a key twice would leave one behind.
$install = {
    param([string] $Thumbprint, [byte[]] $Pfx, [securestring] $Password, [string] $StoreLocation, [string] $SiteName)
    $ErrorActionPreference = 'Stop'
    $x509 = 'Security.Cryptography.X509Certificates'
    $personal = New-Object "$x509.X509Store" My, $StoreLocation
    $personal.Open('ReadWrite')
    $there = @($personal.Certificates | Where-Object { $_.Thumbprint -eq $Thumbprint -and $_.HasPrivateKey }).Count -gt 0
    if (-not $there) {
        $flags = if ($StoreLocation -eq 'LocalMachine') { 'MachineKeySet, PersistKeySet' } else { 'PersistKeySet' }
        $all = New-Object "$x509.X509Certificate2Collection"
        $all.Import($Pfx, (New-Object Net.NetworkCredential '', $Password).Password, $flags)
        $intermediates = New-Object "$x509.X509Store" CertificateAuthority, $StoreLocation
        $intermediates.Open('ReadWrite')
        $all | Where-Object { -not $_.HasPrivateKey -and $_.Subject -ne $_.Issuer } | ForEach-Object { $intermediates.Add($_) }
        $all | Where-Object HasPrivateKey | ForEach-Object { $personal.Add($_) }
        $intermediates.Close()
    }
    $personal.Close()
    $bound = 0
    if ($SiteName) {
        Import-Module WebAdministration
        $bindings = @(Get-WebBinding -Name $SiteName -Protocol https)
        if (-not $bindings) { throw "The site '$SiteName' is not there or has no https binding." }
        foreach ($binding in $bindings | Where-Object certificateHash -NE $Thumbprint) {
            $binding.AddSslCertificate($Thumbprint, 'My') # in one step: the binding never lacks a certificate
            $bound++
        }
    }
    [pscustomobject]@{ Status = if ($there -and -not $bound) { 'AlreadyDone' } else { 'Done' }; Bindings = $bound }
}

$failed = $false
function Write-Failure([string] $What, $Because) {
    $Host.UI.WriteErrorLine(("${What}: $Because" -replace '\s+', ' '))
    $script:failed = $true
}

try {
    Import-Module PoshAcmeSharp
    if ($Issue) {
        New-PACertificate $Domain @Issue | Out-Null
        if ($WhatIfPreference) { return } # there is no certificate yet to go on with
    }
    else {
        Submit-Renewal $Domain[0] -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable renewal | Out-Null
        if ($renewal) { Write-Failure $Domain[0] $renewal }
    }
    $certificate = Get-PACertificate $Domain[0]
    if (-not $certificate) { throw 'There is no certificate yet: run this with -Issue first.' }
    $pfx = [IO.File]::ReadAllBytes($certificate.PfxFullChain)
}
catch {
    Write-Failure $Domain[0] $_
    exit 1
}
foreach ($server in $(if ($Session) { $Session } else { $ComputerName })) {
    $name = if ($Session) { $server.ComputerName } else { $server }
    if (-not $PSCmdlet.ShouldProcess($name, "Install the certificate $($certificate.Thumbprint)")) { continue }
    try {
        $where = if ($Session) { @{ Session = $server } } else { @{ ComputerName = $server } }
        $done = Invoke-Command @where $install -ArgumentList $certificate.Thumbprint, $pfx, $certificate.PfxPass, $StoreLocation, $SiteName
        [pscustomobject]@{ Server = $name; Status = $done.Status; Bindings = $done.Bindings; Thumbprint = $certificate.Thumbprint }
    }
    catch {
        Write-Failure $name $_
    }
}
if ($failed) { exit 1 }
