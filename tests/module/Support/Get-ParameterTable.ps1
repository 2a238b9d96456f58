# Prints the parameters of the commands of a module as JSON: one object for each parameter in each of its sets. Run in a
# PowerShell of its own, so that the module does not stay with the tests.
param([Parameter(Mandatory)] [string] $Module)
$ErrorActionPreference = 'Stop'
$common = [System.Management.Automation.Cmdlet]::CommonParameters
$commands = (Import-Module $Module -PassThru).ExportedCommands.Values
foreach ($command in $commands | Where-Object CommandType -NE Alias) {
    $defaults = @{}
    if ($command.CommandType -eq 'Function') {
        # Only what stands there as a plain value: texts and numbers.
        foreach ($parameter in $command.ScriptBlock.Ast.Body.ParamBlock.Parameters) {
            if ($parameter.DefaultValue -is [System.Management.Automation.Language.ConstantExpressionAst]) {
                $defaults[$parameter.Name.VariablePath.UserPath] = "$($parameter.DefaultValue.Value)"
            }
        }
    }
    else {
        $made = $command.ImplementingType::new()
        foreach ($name in $command.Parameters.Keys) {
            $value = $made.$name
            if (($value -is [string] -and $value) -or ($value -is [int] -and $value -ne 0)) {
                $defaults[$name] = "$value"
            }
        }
    }
    foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn $common) {
        foreach ($set in $parameter.ParameterSets.GetEnumerator()) {
            [pscustomobject]@{
                Command   = $command.Name
                Parameter = $parameter.Name
                Type      = $parameter.ParameterType.Name
                Set       = $set.Key
                Position  = $set.Value.Position
                Mandatory = $set.Value.IsMandatory
                ByValue   = $set.Value.ValueFromPipeline
                ByName    = $set.Value.ValueFromPipelineByPropertyName
                Rest      = $set.Value.ValueFromRemainingArguments
                Aliases   = @($parameter.Aliases)
                Default   = $defaults[$parameter.Name]
            } | ConvertTo-Json -Compress
        }
    }
}
