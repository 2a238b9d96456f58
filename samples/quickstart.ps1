<#
.SYNOPSIS
Issues two certificates: one by DNS, step by step, and one by a web server with a single command.
.DESCRIPTION
This is what one does with a real CA; only the addresses differ. "./build.sh quickstart" starts a CA, a DNS server and a
web server on this machine and runs this script with their addresses.
.PARAMETER DirectoryUrl
The ACME directory of the CA.
.PARAMETER CACertificate
A PEM file with the root that the CA's own web site is trusted by. A public CA needs none.
.PARAMETER RootCertificate
A PEM file with the root that the issued certificates must end in.
.PARAMETER NameServer
The name server to ask for records, host:port. Without it all authoritative name servers would be asked.
.PARAMETER DnsApiUrl
Where the test DNS server takes records.
.PARAMETER WebRoot
The folder that the web server serves.
#>
param(
    [Parameter(Mandatory)] [string] $DirectoryUrl,
    [Parameter(Mandatory)] [string] $CACertificate,
    [Parameter(Mandatory)] [string] $RootCertificate,
    [Parameter(Mandatory)] [string] $NameServer,
    [Parameter(Mandatory)] [uri] $DnsApiUrl,
    [Parameter(Mandatory)] [string] $WebRoot
)
$ErrorActionPreference = 'Stop'

# Stands for the API of a DNS provider. Publish-GoDaddyTxtRecord is the same for domains at GoDaddy.
function Publish-TxtRecord($Authorization) {
    $value = Get-KeyAuthorization $Authorization.DNS01Token -ForDNS
    $body = @{ host = "_acme-challenge.$($Authorization.DNSId)."; value = $value } | ConvertTo-Json
    $null = Invoke-RestMethod "${DnsApiUrl}set-txt" -Method Post -Body $body
}

function Unpublish-TxtRecord($Authorization) {
    $body = @{ host = "_acme-challenge.$($Authorization.DNSId)." } | ConvertTo-Json
    $null = Invoke-RestMethod "${DnsApiUrl}clear-txt" -Method Post -Body $body
}

# The CA looks at the answers in its own time.
function Wait-Order {
    $deadline = (Get-Date).AddMinutes(1)
    while (($order = Get-PAOrder -Refresh).status -eq 'pending' -and (Get-Date) -lt $deadline) {
        Start-Sleep -Seconds 1
    }
    if ($order.status -ne 'ready') {
        throw "The order is $($order.status). $(($order | Get-PAAuthorization).challenges.error.detail)"
    }
}

# Verifies a certificate up to the root, by its signatures.
function Assert-Chain($Certificate) {
    $pem = [IO.File]::ReadAllText($Certificate.FullChainFile) + [IO.File]::ReadAllText($RootCertificate)
    $all = @([regex]::Matches($pem, '-----BEGIN[^-]+-----[^-]+-----END[^-]+-----') | ForEach-Object {
        [Security.Cryptography.X509Certificates.X509Certificate2]::new([Text.Encoding]::ASCII.GetBytes($_.Value))
    })
    $chain = [Security.Cryptography.X509Certificates.X509Chain]::new()
    $chain.ChainPolicy.RevocationMode = 'NoCheck'
    $chain.ChainPolicy.VerificationFlags = 'AllowUnknownCertificateAuthority' # a test CA is in no system's store
    $chain.ChainPolicy.ExtraStore.AddRange($all)
    if (-not $chain.Build($all[0]) -or $chain.ChainElements[-1].Certificate.Thumbprint -ne $all[-1].Thumbprint) {
        throw "The chain of $($Certificate.Subject) does not end in the CA's root. $($chain.ChainStatus.StatusInformation)"
    }
    "Verified up to the CA's root: $($chain.ChainElements.Certificate.Subject -join ' < ')"
}

# A profile for this run alone. Without POSHACME_HOME it is the user's.
$env:POSHACME_HOME = Join-Path ([IO.Path]::GetTempPath()) "poshacme-quickstart-$([guid]::NewGuid().ToString('n'))"
Import-Module (Join-Path $PSScriptRoot '../artifacts/PoshAcmeSharp')

# 1. The CA and an account there
Set-PAServer $DirectoryUrl -CACertificate $CACertificate -Name quickstart
New-PAAccount -AcceptTOS -Contact admin@example.test | Format-Table

# 2. A domain with its wildcard, by DNS
New-PAOrder example.test, *.example.test | Format-Table
$auths = Get-PAOrder | Get-PAAuthorization
$auths | Format-Table
try {
    $auths | ForEach-Object { Publish-TxtRecord $_ }
    $auths | Wait-PADnsRecord -NameServer $NameServer | Format-Table
    $auths.DNS01Url | Send-ChallengeAck
    Wait-Order
}
finally {
    $auths | ForEach-Object { Unpublish-TxtRecord $_ }
}
Submit-OrderFinalize
$certificate = Complete-PAOrder
Assert-Chain $certificate

# 3. One name, by a file that the web server serves: all steps with one command
Assert-Chain (New-PACertificate www.example.test -Plugin WebRoot -PluginArgs @{ WRPath = $WebRoot })

# 4. What there is now
Get-PAOrder -List | Format-Table
Get-PACertificate -List | Format-Table
$certificate | Format-List AllSANs, *File, PfxFullChain

"Certificate: $($certificate.FullChainFile)"
