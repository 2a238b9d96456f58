@{
    RootModule        = 'Microsoft.PowerShell.SecretManagement.psm1'
    ModuleVersion     = '1.1.2'
    GUID              = '5a0a2a0b-6f5b-4d7f-9b64-0d5f2f4b8a11'
    FunctionsToExport = 'Get-Secret', 'Set-Secret', 'Unlock-SecretVault'
    CmdletsToExport   = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
