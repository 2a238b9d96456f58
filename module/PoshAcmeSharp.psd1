@{
    RootModule             = 'PoshAcmeSharp.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '7d3c8f5e-52a4-4b0b-9a55-3c1f0e6b7a21'
    Author                 = 'The PoshAcmeSharp authors'
    Copyright              = '(c) The PoshAcmeSharp authors. MIT license.'
    Description            = 'Certificates from Let''s Encrypt and other ACME (RFC 8555) CAs: the commands of Posh-ACME on a fast core in C#.'

    CompatiblePSEditions   = @('Desktop', 'Core')
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'

    FormatsToProcess       = @('PoshAcmeSharp.Format.ps1xml')

    CmdletsToExport        = @(
        'Complete-PAOrder'
        'Export-PAAccountKey'
        'Get-DnsAcctLabel'
        'Get-KeyAuthorization'
        'Get-PAAccount'
        'Get-PAAuthorization'
        'Get-PACertificate'
        'Get-PAOrder'
        'Get-PAPlugin'
        'Get-PAPluginArgs'
        'Get-PAProfile'
        'Get-PARenewal'
        'Get-PARenewalTask'
        'Get-PAServer'
        'Import-ExchangeCert'
        'Install-PACertificate'
        'Invoke-HttpChallengeListener'
        'Invoke-PARenewalTask'
        'New-PAAccount'
        'New-PAAuthorization'
        'New-PACertificate'
        'New-PAOrder'
        'Publish-Challenge'
        'Publish-DnsPersistChallenge'
        'Publish-GoDaddyTxtRecord'
        'Publish-HttpChallengeFile'
        'Register-PARenewalTask'
        'Remove-PAAccount'
        'Remove-PAOrder'
        'Remove-PAServer'
        'Revoke-PAAuthorization'
        'Revoke-PACertificate'
        'Save-Challenge'
        'Send-ChallengeAck'
        'Set-IISCertificate'
        'Set-PAAccount'
        'Set-PAOrder'
        'Set-PAServer'
        'Submit-ChallengeValidation'
        'Submit-OrderFinalize'
        'Submit-Renewal'
        'Test-PADns'
        'Unpublish-Challenge'
        'Unpublish-DnsPersistChallenge'
        'Unpublish-GoDaddyTxtRecord'
        'Unpublish-HttpChallengeFile'
        'Unregister-PARenewalTask'
        'Wait-PADnsRecord'
    )
    AliasesToExport        = @(
        'Get-PAAuthorizations'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()

    PrivateData            = @{
        PSData = @{
            Tags = @('ACME', 'LetsEncrypt', 'Certificate', 'SSL', 'TLS', 'Exchange', 'IIS', 'Windows', 'Linux', 'MacOS')
        }
    }
}
