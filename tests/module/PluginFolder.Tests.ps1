#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The plugin scripts of a Posh-ACME, unmodified, where one is at hand: the environment variable POSHACME_REFERENCE_MODULE
# names it.

BeforeDiscovery {
    $reference = $env:POSHACME_REFERENCE_MODULE
}

if (-not $reference) {
    Describe 'The plugin folder of a Posh-ACME' {
        It 'can be used as it is' {
            Set-ItResult -Skipped -Because 'the environment variable POSHACME_REFERENCE_MODULE names no Posh-ACME'
        }
    }
}
else {
    Describe 'The plugin folder of a Posh-ACME' {
        BeforeAll {
            . "$PSScriptRoot/Fixtures/Module.ps1"
            $ours = Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1
            $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
            $saved = $env:POSHACME_PLUGINS, $env:POSHACME_HOME
            $env:POSHACME_HOME = "$TestDrive/home"
            $null = New-Item $env:POSHACME_HOME -ItemType Directory
            $env:POSHACME_PLUGINS = $null
            $theirTable = & $program -NoProfile -NonInteractive -File "$PSScriptRoot/Support/Get-PluginTable.ps1" $env:POSHACME_REFERENCE_MODULE | ConvertFrom-Json
            $env:POSHACME_PLUGINS = Join-Path $theirTable.Base Plugins
            $ourTable = & $program -NoProfile -NonInteractive -File "$PSScriptRoot/Support/Get-PluginTable.ps1" $ours | ConvertFrom-Json
        }

        AfterAll {
            $env:POSHACME_PLUGINS, $env:POSHACME_HOME = $saved
        }

        It 'is listed whole, each plugin with its type' {
            $theirTable.Plugins.Count | Should -BeGreaterThan 80
            foreach ($wanted in $theirTable.Plugins) {
                $found = $ourTable.Plugins | Where-Object Name -EQ $wanted.Name
                $found.Type | Should -Be $wanted.Type -Because "that is what $($wanted.Name) is"
            }
        }

        It 'is shown with the parameters of each script' {
            foreach ($found in $ourTable.Plugins | Where-Object Path -Like '*.ps1') {
                $wanted = $theirTable.Plugins | Where-Object Name -EQ $found.Name
                $lines = foreach ($table in $found, $wanted) {
                    , @($table.Parameters | ForEach-Object { "$($_.Set) $($_.IsDefault -and $_.Set -ne '(Default)') $($_.Name) $($_.Type) $($_.Mandatory)" } | Sort-Object)
                }
                $lines[0] | Should -Be $lines[1] -Because "these are the parameters of $($found.Name)"
            }
        }

        It 'has all its arguments in the plugins of the module that go by the names of its scripts' {
            $natives = $ourTable.Plugins | Where-Object { $_.Path -notlike '*.ps1' -and $_.Name -in $theirTable.Plugins.Name }
            $natives.Name | Should -Contain AcmeDns
            foreach ($native in $natives) {
                $given = $native.Parameters | ForEach-Object { "$($_.Name) $($_.Type)" }
                $wanted = ($theirTable.Plugins | Where-Object Name -EQ $native.Name).Parameters | ForEach-Object { "$($_.Name) $($_.Type)" }
                # A port that is a text there is a number here: the text converts.
                $wanted | Where-Object { $_ -notin $given -and $_ -ne 'WSHPort String' } | Should -BeNullOrEmpty -Because "$($native.Name) shall take what is kept for it"
            }
        }

        It 'has the parameter sets of its script <_> in the plugin of the module' -ForEach 'AcmeDns', 'Azure', 'Cloudflare' -Test {
            $name = $_
            $lines = foreach ($table in $ourTable, $theirTable) {
                $plugin = $table.Plugins | Where-Object Name -EQ $name
                , @($plugin.Parameters | Where-Object Name -NE CFBaseUri | ForEach-Object { "$($_.Set) $($_.IsDefault) $($_.Name) $($_.Type) $($_.Mandatory)" } | Sort-Object)
            }
            $lines[0] | Should -Be $lines[1]
        }

        It 'finds all that its scripts need around them' {
            # Not parts of Posh-ACME: programs, and what only Windows PowerShell has.
            $missingHere = "'ssh'", "'nsupdate'", "'New-WebServiceProxy'"
            $said = & $program -NoProfile -NonInteractive -File "$PSScriptRoot/Support/Invoke-AllPlugins.ps1" $ours $env:POSHACME_PLUGINS "$TestDrive" | ConvertFrom-Json
            @($said.Plugin | Select-Object -Unique).Count | Should -Be $theirTable.Plugins.Count
            $lost = $said | Where-Object { $_.Said -match 'not recognized|Unable to find type|InvalidPluginArguments|PluginScript(Invalid|Blocked|Timeout)' }
            foreach ($missing in $missingHere) {
                $lost = $lost | Where-Object { -not $_.Said.Contains($missing) }
            }
            $lost | ForEach-Object { "$($_.Plugin) $($_.Command): $($_.Said)" } | Should -BeNullOrEmpty
        }
    }
}
