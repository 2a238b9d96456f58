# Stands for Microsoft.PowerShell.SecretManagement: the commands that are used, with the parameters that are documented
# and nothing else. Its one vault is the folder that TEST_VAULT names: its name is the folder's, a file named
# `.password` locks it, one named `.delay` makes it slow. What was called is added to `.calls`.

function Get-VaultFolder([string] $Vault) {
    if (-not $env:TEST_VAULT -or (Split-Path $env:TEST_VAULT -Leaf) -ne $Vault) {
        throw [InvalidOperationException]::new("Vault $Vault does not exist in registry.")
    }
    if (Test-Path "$env:TEST_VAULT/.delay") {
        Start-Sleep -Seconds ([int](Get-Content "$env:TEST_VAULT/.delay"))
    }
    $env:TEST_VAULT
}

function Test-Locked([string] $Folder) {
    (Test-Path "$Folder/.password") -and -not $script:isUnlocked
}

function Get-Secret {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name, [string] $Vault, [switch] $AsPlainText)
    $folder = Get-VaultFolder $Vault
    Add-Content "$folder/.calls" "Get-Secret $Vault $Name"
    if (Test-Locked $folder) {
        Write-Error 'Unable to get secret: a valid password is required to access the vault.' -Category InvalidOperation
    }
    elseif (Test-Path "$folder/$Name") {
        $secret = Get-Content "$folder/$Name" -Raw
        if ($AsPlainText) { $secret } else { ConvertTo-SecureString $secret -AsPlainText -Force }
        return
    }
    Write-Error "The secret $Name was not found." -Category ObjectNotFound -ErrorId GetSecretNotFound
}

function Set-Secret {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [object] $Secret, [string] $Vault)
    $folder = Get-VaultFolder $Vault
    Add-Content "$folder/.calls" "Set-Secret $Vault $Name"
    if (Test-Locked $folder) {
        throw 'Unable to set secret: a valid password is required to access the vault.'
    }
    Set-Content "$folder/$Name" $Secret -NoNewline
}

function Unlock-SecretVault {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [securestring] $Password)
    $folder = Get-VaultFolder $Name
    Add-Content "$folder/.calls" "Unlock-SecretVault $Name"
    if ([pscredential]::new('x', $Password).GetNetworkCredential().Password -ne (Get-Content "$folder/.password")) {
        Write-Error 'The provided password is incorrect.' -Category InvalidOperation
        return
    }
    $script:isUnlocked = $true
}

Export-ModuleMember Get-Secret, Set-Secret, Unlock-SecretVault
