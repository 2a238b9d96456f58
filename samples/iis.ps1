<#
.SYNOPSIS
Issues a certificate for a site of IIS on this machine, renews it when it is due, and gives it to the site's binding.
.DESCRIPTION
The names are validated by files that the site itself serves over http, so no DNS provider is needed. Run it once by hand with
-WebRoot as administrator, then daily without. It does nothing when nothing is due. The exit code is 1 when something failed;
one line says what. Try it with -WhatIf first, and with the staging server of the CA: Set-PAServer LE_STAGE.
.PARAMETER Domain
The names of the certificate. All must reach this site over http.
.PARAMETER SiteName
The site.
.PARAMETER HostHeader
Host names of bindings of their own, with SNI. Without it, the binding for any host name.
.PARAMETER WebRoot
The folder that the site serves, the first time. It is kept with the order and used at every renewal.
.PARAMETER Contact
Mail addresses that a new account at the CA gets.
.EXAMPLE
./iis.ps1 www.example.com, example.com -WebRoot C:\inetpub\wwwroot
Issues the certificate and gives it to the default site.
.EXAMPLE
./iis.ps1 www.example.com
What a task runs daily.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string[]] $Domain,
    [string] $SiteName = 'Default Web Site',
    [string[]] $HostHeader,
    [string] $WebRoot,
    [string[]] $Contact
)
$ErrorActionPreference = 'Stop'
try {
    Import-Module PoshAcmeSharp
    if ($WebRoot) {
        $account = if ($Contact) { @{ Contact = $Contact } } else { @{} }
        New-PACertificate $Domain -Plugin WebRoot -PluginArgs @{ WRPath = $WebRoot } -AcceptTOS @account
        if ($WhatIfPreference) { return } # there is no certificate yet to go on with
    }
    else {
        Submit-Renewal $Domain[0] -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failures
    }
    $certificate = Get-PACertificate $Domain[0]
    if (-not $certificate) { throw "There is none yet: run this with -WebRoot first. $failures" }
    $binding = if ($HostHeader) { @{ HostHeader = $HostHeader } } else { @{} }
    $certificate | Set-IISCertificate -Site $SiteName @binding -ErrorAction SilentlyContinue -ErrorVariable +failures
    if ($failures) { throw ($failures -join ' ') }
}
catch {
    $Host.UI.WriteErrorLine(("The certificate of $($Domain[0]): $_" -replace '\s+', ' '))
    exit 1
}
