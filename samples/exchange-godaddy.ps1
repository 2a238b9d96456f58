<#
.SYNOPSIS
Issues a certificate by DNS at GoDaddy, renews it when it is due, and brings it to Exchange servers.
.DESCRIPTION
Run it once by hand with -PluginArgs, then daily without, in the Exchange Management Shell or where Exchange's commands were
imported from a remote session. It does nothing when nothing is due. A server that could not be reached gets its certificate
at the next run, and the others are not touched again. The exit code is 1 when something failed; one line says what.
Try it with -WhatIf first, and with the staging server of the CA: Set-PAServer LE_STAGE.
.PARAMETER Domain
The names of the certificate; the first one is its subject.
.PARAMETER Server
The Exchange servers; without it, the one that this runs on.
.PARAMETER Services
The services of Exchange that the certificate is for.
.PARAMETER PluginArgs
The key of GoDaddy's API: @{ GDKey = 'key'; GDSecretSecure = Read-Host -AsSecureString }. It is kept with the order, encrypted
for the user who runs this, and used at every renewal.
.PARAMETER Contact
Mail addresses that a new account at the CA gets.
.PARAMETER LogFile
A file to which a transcript of each run is added.
.EXAMPLE
./exchange-godaddy.ps1 mail.example.com, autodiscover.example.com -Server EX1, EX2 -PluginArgs @{ GDKey = $key; GDSecretSecure = $secret }
Issues the certificate and brings it to both servers.
.EXAMPLE
./exchange-godaddy.ps1 mail.example.com, autodiscover.example.com -Server EX1, EX2 -LogFile C:\Logs\certificate.txt
What a task runs daily.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string[]] $Domain,
    [string[]] $Server = [Environment]::MachineName,
    [string[]] $Services = @('IIS', 'SMTP'),
    [hashtable] $PluginArgs,
    [string[]] $Contact,
    [string] $LogFile
)
$ErrorActionPreference = 'Stop'
try {
    if ($LogFile) { $null = Start-Transcript $LogFile -Append -WhatIf:$false }
    Import-Module PoshAcmeSharp
    if ($PluginArgs) {
        $account = if ($Contact) { @{ Contact = $Contact } } else { @{} }
        New-PACertificate $Domain -Target Exchange -Plugin GoDaddy -PluginArgs $PluginArgs -AcceptTOS @account
        if ($WhatIfPreference) { return } # there is no certificate yet to go on with
    }
    else {
        Submit-Renewal $Domain[0] -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failures
    }
    $certificate = Get-PACertificate $Domain[0]
    if (-not $certificate) { throw "There is none yet: run this with -PluginArgs first. $failures" }
    $certificate | Import-ExchangeCert -Server $Server -Services $Services -ErrorAction SilentlyContinue -ErrorVariable +failures
    if ($failures) { throw ($failures -join ' ') }
}
catch {
    $Host.UI.WriteErrorLine(("The certificate of $($Domain[0]): $_" -replace '\s+', ' '))
    exit 1
}
finally {
    if ($LogFile) { $null = Stop-Transcript }
}
