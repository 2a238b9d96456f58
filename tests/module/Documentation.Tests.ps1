#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The commands in README, docs, samples and help are there, and take the parameters that stand beside them.

BeforeDiscovery {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $pages = foreach ($file in @(Get-Item "$root/README.md") + @(Get-ChildItem "$root/docs" -Filter *.md)) {
        foreach ($block in [regex]::Matches((Get-Content $file.FullName -Raw), '(?ms)^```powershell\r?\n(.*?)^```')) {
            @{ Place = $file.Name; Script = $block.Groups[1].Value }
        }
    }
    $samples = foreach ($file in Get-ChildItem "$root/samples" -Filter *.ps1) {
        @{ Place = "samples/$($file.Name)"; Script = Get-Content $file.FullName -Raw }
    }
    $examples = foreach ($command in Get-Command -Module PoshAcmeSharp -CommandType Cmdlet) {
        foreach ($example in @((Get-Help $command.Name).examples.example)) {
            @{ Place = $command.Name; Script = $example.code }
        }
    }
}

Describe 'The PowerShell in <Place>' -ForEach ($pages + $samples + $examples) {
    It 'parses, and its commands take their parameters: <Script>' {
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Script, [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
        $own = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true).Name
        foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            $command = Get-Command $call.GetCommandName() -Module PoshAcmeSharp -ErrorAction Ignore
            if ($command) {
                foreach ($given in $call.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] })) {
                    { $command.ResolveParameter($given.ParameterName) } | Should -Not -Throw -Because "$($command.Name) has no -$($given.ParameterName)"
                }
            }
            elseif ($call.GetCommandName() -notin $own -and $call.GetCommandName() -cmatch '^[A-Z][a-z]+-(PA[A-Z]|Challenge|Order|Renewal|GoDaddy|Http|Dns|Key|ExchangeCert$|IISCertificate$)') {
                $call.GetCommandName() | Should -BeNullOrEmpty -Because 'there is no such command'
            }
        }
    }
}
