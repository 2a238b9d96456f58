#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# What the module depends on stays with the module, whatever versions of it others have loaded, before or after.

BeforeDiscovery {
    # Windows PowerShell has no load contexts to look into.
    $isCore = $PSEdition -eq 'Core'
    $hasReference = $isCore -and $env:POSHACME_REFERENCE_MODULE
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $path = Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1
    $dependencies = Join-Path (Get-TestModulePath) dependencies
    $bouncyCastle = (Get-Item "$dependencies/BouncyCastle.*.dll").BaseName

    # Runs a script in a PowerShell of its own. Get-Dependency tells where the library's own libraries come from.
    function Invoke-Fresh([string]$Script) {
        & ([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -NoProfile -NonInteractive -Command @"
`$ErrorActionPreference = 'Stop'
function Get-Dependency {
    `$core = [Reflection.Assembly]::Load('PoshAcmeSharp.Core')
    foreach (`$name in 'Newtonsoft.Json', '$bouncyCastle') {
        `$wanted = `$core.GetReferencedAssemblies().Where({ `$_.Name -eq `$name })[0]
        [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$core).LoadFromAssemblyName(`$wanted).Location
    }
}
$Script
"@
    }
}

Describe 'The dependencies' -Skip:(-not $isCore) {
    It 'come from the module''s folder although PowerShell has its own' {
        $found = Invoke-Fresh "`$null = [Newtonsoft.Json.Linq.JObject]; Import-Module '$path'; Get-Dependency"
        $found | Split-Path | Should -Be $dependencies, $dependencies
    }

    It 'leave the session its own Newtonsoft.Json' {
        Invoke-Fresh "Import-Module '$path'; `$null = Get-Dependency; [Newtonsoft.Json.Linq.JObject].Assembly.Location" |
            Split-Path | Should -Not -Be $dependencies
    }

    It 'are not given to others who ask for them' {
        Invoke-Fresh "
            Import-Module '$path'; `$null = Get-Dependency
            try { [Reflection.Assembly]::Load('$bouncyCastle').Location } catch { 'none' }
        " | Should -Be 'none'
    }

    It 'live beside another BouncyCastle that was loaded <When>' -ForEach @(@{ When = 'before' }, @{ When = 'after' }) {
        $other = Join-Path $TestDrive "$When/$bouncyCastle.dll"
        $null = New-Item (Split-Path $other) -ItemType Directory
        $loadOther = "Add-Type 'namespace Org.BouncyCastle { public class Other { } }' -OutputAssembly '$other'; `$null = [Reflection.Assembly]::LoadFrom('$other')"
        $loadOurs = "Import-Module '$path'; Get-Dependency"
        $load = if ($When -eq 'before') { $loadOther, $loadOurs } else { $loadOurs, $loadOther }
        $found = Invoke-Fresh "$($load -join '; '); [Org.BouncyCastle.Other].Assembly.Location"
        $found[0..1] | Split-Path | Should -Be $dependencies, $dependencies
        $found[2] | Should -Be $other
    }

    It 'are the same after the module was removed and imported again' {
        Invoke-Fresh "
            Import-Module '$path'; `$first = [Reflection.Assembly]::Load('PoshAcmeSharp.Core')
            Remove-Module PoshAcmeSharp; Import-Module '$path'
            [object]::ReferenceEquals(`$first, [Reflection.Assembly]::Load('PoshAcmeSharp.Core'))
        " | Should -Be 'True'
    }

    It 'are not looked for any more after the module was removed' {
        Invoke-Fresh "
            Import-Module '$path'; Remove-Module PoshAcmeSharp
            try { `$null = [Reflection.Assembly]::Load('PoshAcmeSharp.Core'); 'found' } catch { 'none' }
        " | Should -Be 'none'
    }

    It 'are found as long as another runspace has the module' {
        Invoke-Fresh "
            Import-Module '$path'
            `$null = [powershell]::Create().AddScript('Import-Module ''$path''; Remove-Module PoshAcmeSharp').Invoke()
            [Reflection.Assembly]::Load('PoshAcmeSharp.Core').GetName().Name
        " | Should -Be 'PoshAcmeSharp.Core'
    }
}

Describe 'Posh-ACME in the same session (where POSHACME_REFERENCE_MODULE names it)' -Skip:(-not $hasReference) {
    It 'works, imported <When> this module' -ForEach @(@{ When = 'before' }, @{ When = 'after' }) {
        $modules = if ($When -eq 'before') { $env:POSHACME_REFERENCE_MODULE, $path } else { $path, $env:POSHACME_REFERENCE_MODULE }
        $found = Invoke-Fresh "
            `$env:POSHACME_HOME = '$TestDrive'
            Import-Module '$($modules[0])'
            Import-Module '$($modules[1])'
            Get-Dependency
            & (Get-Module Posh-ACME) { [Org.BouncyCastle.Security.SecureRandom].Assembly.Location }
        "
        $found[0..1] | Split-Path | Should -Be $dependencies, $dependencies
        $found[2] | Split-Path | Should -Be (Join-Path ($env:POSHACME_REFERENCE_MODULE -replace '[\\/][^\\/]+\.psd1$') lib)
    }
}
