# Certificate stores of the user with names of their own, and what tests put into them.

$script:stores = [Collections.Generic.List[string]]::new()
$script:intermediates = [Collections.Generic.List[string]]::new()

# The name of a store that nobody else uses; it is made when something goes into it.
function New-TestStore {
    $name = "PoshAcmeTest$([guid]::NewGuid().ToString('N'))"
    $script:stores.Add($name)
    $name
}

# What is in a store of the user, by thumbprint.
function Get-Stored([string] $Name, [string] $Thumbprint) {
    Use-Store $Name { param($store) , $store.Certificates.Find('FindByThumbprint', $Thumbprint, $false) }
}

# Remembers that the chain of a certificate may get into the user's store CA.
function Add-TestIntermediate($Certificate) {
    $chain = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
    $chain.ImportFromPemFile($Certificate.ChainFile)
    $chain | ForEach-Object { $script:intermediates.Add($_.Thumbprint) }
}

# Takes everything out again.
function Clear-TestStore {
    foreach ($name in $script:stores) {
        Use-Store $name { param($store) $store.RemoveRange($store.Certificates) }
        $folder = Join-Path $HOME ".dotnet/corefx/cryptography/x509stores/$($name.ToLowerInvariant())"
        if (Test-Path $folder) {
            Remove-Item $folder -Recurse
        }
    }
    foreach ($thumbprint in $script:intermediates) {
        Use-Store CA { param($store) $store.RemoveRange($store.Certificates.Find('FindByThumbprint', $thumbprint, $false)) }
    }
}

function Use-Store([string] $Name, [scriptblock] $Action) {
    $store = [Security.Cryptography.X509Certificates.X509Store]::new($Name, 'CurrentUser')
    $store.Open('ReadWrite')
    try {
        & $Action $store
    }
    finally {
        $store.Dispose()
    }
}

Export-ModuleMember New-TestStore, Get-Stored, Add-TestIntermediate, Clear-TestStore
