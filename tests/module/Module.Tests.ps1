#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The module as a user has it: what it exports, what it does at import, its help and its views.

BeforeDiscovery {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    $commands = @($module.ExportedCmdlets.Values | ForEach-Object { @{ Name = $_.Name } })
    $views = @(
        @{ View = 'PAServer'; Columns = 'Name', 'location', 'SkipCertificateCheck', 'DisableTelemetry' }
        @{ View = 'PAAccount'; Columns = 'id', 'status', 'contact', 'alg', 'KeyLength' }
        @{ View = 'PAOrder'; Columns = 'Name', 'MainDomain', 'status', 'KeyLength', 'SANs', 'CertExpires', 'Plugin' }
        @{ View = 'PAAuthorization'; Columns = 'fqdn', 'status', 'Expires', 'DNS01Status', 'HTTP01Status' }
        @{ View = 'PACertificate'; Columns = 'Subject', 'NotAfter', 'KeyLength', 'Thumbprint', 'AllSANs' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    $path = Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1

    # Runs a script in a PowerShell of its own, where nothing was loaded before.
    function Invoke-Fresh([string]$Script) {
        & ([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -NoProfile -NonInteractive -Command $Script
    }
}

Describe 'The manifest' {
    It 'is valid' {
        (Test-ModuleManifest $path).Name | Should -Be PoshAcmeSharp
    }

    It 'exports nothing by wildcard' {
        $data = Import-PowerShellDataFile $path
        $data.CmdletsToExport + $data.AliasesToExport + $data.FunctionsToExport + $data.VariablesToExport |
            Should -Not -Contain '*'
    }

    It 'names both editions' {
        (Import-PowerShellDataFile $path).CompatiblePSEditions | Should -Be 'Desktop', 'Core'
    }
}

Describe 'The import' {
    It 'loads the cmdlets alone, none of the libraries' {
        Invoke-Fresh "
            Import-Module '$path'
            [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { `$_.GetName().Name } |
                Where-Object { `$_ -like 'PoshAcmeSharp*' -or `$_ -like 'BouncyCastle*' }
        " | Should -Be PoshAcmeSharp
    }

    It 'writes no file' {
        $profileFolder = Join-Path $TestDrive home
        $null = New-Item $profileFolder -ItemType Directory
        Invoke-Fresh "`$env:POSHACME_HOME = '$profileFolder'; Import-Module '$path'"
        Get-ChildItem $profileFolder -Force | Should -BeNullOrEmpty
    }

    It 'warns of nothing and says nothing' {
        Invoke-Fresh "Import-Module '$path' -Verbose:`$false *>&1" | Should -BeNullOrEmpty
    }

    It 'works again after the module was removed' {
        Invoke-Fresh "
            Import-Module '$path'; Remove-Module PoshAcmeSharp; Import-Module '$path'
            (Get-Module PoshAcmeSharp).Name
        " | Should -Be PoshAcmeSharp
    }
}

Describe 'The help' {
    It 'has a topic about the module' {
        Get-Help about_PoshAcmeSharp | Out-String | Should -BeLike '*LONG DESCRIPTION*'
    }

    It 'of <Name> is complete' -ForEach $commands {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -BeLike "*$Name *[[]*"
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        @($help.relatedLinks.navigationLink).Count | Should -BeGreaterOrEqual 1
        @($help.syntax.syntaxItem).Count | Should -Be (Get-Command $Name).ParameterSets.Count

        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Values | Where-Object Name -NotIn $common) {
            $described = $help.parameters.parameter | Where-Object name -EQ $parameter.Name
            $described.description.Text | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) needs a text"
        }
    }

    It 'of <Name> has examples that can be parsed and use its parameters' -ForEach $commands {
        foreach ($example in (Get-Help $Name -Full).examples.example) {
            $errors = $null
            $script = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $example.code
            $calls = $script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) |
                Where-Object { $module.ExportedCommands.ContainsKey([string]$_.GetCommandName()) }
            @($calls.ForEach({ $_.GetCommandName() })) | Should -Not -BeNullOrEmpty -Because $example.code
            foreach ($call in $calls) {
                $known = (Get-Command $call.GetCommandName()).Parameters
                $used = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
                foreach ($parameter in $used) {
                    $known.Values | Where-Object { $_.Name -eq $parameter.ParameterName -or $_.Aliases -contains $parameter.ParameterName } |
                        Should -Not -BeNullOrEmpty -Because "$($call.GetCommandName()) has no -$($parameter.ParameterName)"
                }
            }
        }
    }
}

Describe 'The view of <View>' -ForEach $views {
    It 'has the columns that scripts and eyes are used to' {
        $object = [pscustomobject]@{ PSTypeName = "PoshACME.$View" }
        foreach ($column in $Columns) {
            $object | Add-Member $column $column.Substring(0, 2)
        }
        foreach ($date in 'Expires', 'CertExpires') {
            if ($date -in $Columns) {
                $object.$date = '2026-11-28T03:16:40Z'
            }
        }
        $header = ($object | Format-Table | Out-String -Width 300).Trim() -split "`n" | Select-Object -First 1
        -split ($header -replace "`e\[[0-9;]*m") | Should -Be $Columns
    }
}

Describe 'A date in a view' {
    It 'is shown in local time, from a text and from a date' -ForEach @(
        @{ Date = '2026-11-28T03:16:40Z' }
        @{ Date = [DateTime]::new(2026, 11, 28, 3, 16, 40, [DateTimeKind]::Utc) }
    ) {
        $shown = [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; CertExpires = $Date } | Format-Table | Out-String -Width 300
        $shown | Should -BeLike "*$([DateTime]::new(2026, 11, 28, 3, 16, 40, [DateTimeKind]::Utc).ToLocalTime().ToString('yyyy-MM-dd HH:mm'))*"
    }

    It 'is empty when there is none' {
        [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; Name = 'x'; CertExpires = $null } | Format-Table | Out-String |
            Should -Not -BeLike '*0001*'
    }
}
