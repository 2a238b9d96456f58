#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# How commands make their objects and read those that scripts pass. The class is internal: its rules are tested here
# once and not with every command.

BeforeDiscovery {
    function Get-Deserialized($Value) {
        [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Value))
    }
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $assembly = (Import-TestModule).ImplementingAssembly
    $class = $assembly.GetType('PoshAcmeSharp.PowerShell.Infrastructure.PSObjects', $true)

    function Get-Read([string]$Method, $Source, [string]$Name) {
        , $class.GetMethod($Method).Invoke($null, @($Source, $Name))
    }

    function New-Pairs([System.Collections.Specialized.OrderedDictionary]$Values) {
        $pairs = [Collections.Generic.List[Collections.Generic.KeyValuePair[string, object]]]::new()
        foreach ($key in $Values.Keys) {
            $pairs.Add([Collections.Generic.KeyValuePair[string, object]]::new($key, $Values[$key]))
        }
        , $pairs
    }

    function New-Made([System.Collections.Specialized.OrderedDictionary]$Values) {
        $class.GetMethod('Create').Invoke($null, @((New-Pairs $Values), [string[]]('Mine.Order', 'PoshACME.PAOrder')))
    }
}

Describe 'An object that a command makes' {
    It 'is a custom object with its type names first and its properties in order' {
        $made = New-Made ([ordered]@{ Name = 'a'; status = 'valid'; SANs = [string[]]('b', 'c') })
        $made.PSTypeNames[0..2] | Should -Be 'Mine.Order', 'PoshACME.PAOrder', 'System.Management.Automation.PSCustomObject'
        $made.PSObject.Properties.Name | Should -Be 'Name', 'status', 'SANs'
        $made -is [pscustomobject] | Should -BeTrue
        $made.SANs.GetType() | Should -Be ([string[]])
    }

    It 'has one property of two whose names differ in case only, with the value of the last' {
        $pairs = [Collections.Generic.List[Collections.Generic.KeyValuePair[string, object]]]::new()
        foreach ($pair in ('Status', 'old'), ('Name', 'a'), ('status', 'new')) {
            $pairs.Add([Collections.Generic.KeyValuePair[string, object]]::new($pair[0], $pair[1]))
        }
        $made = $class.GetMethod('Create').Invoke($null, @($pairs, [string[]]@('Mine.Order')))
        $made.PSObject.Properties.Name | Should -Be 'Status', 'Name'
        $made.status | Should -Be 'new'
    }

    It 'has objects and arrays of objects below it' {
        $made = New-Made ([ordered]@{
            identifier = New-Pairs ([ordered]@{ type = 'dns' })
            challenges = [object[]]((New-Pairs ([ordered]@{ type = 'dns-01' })), (New-Pairs ([ordered]@{ type = 'http-01' })))
        })
        $made.identifier.type | Should -Be 'dns'
        $made.challenges.type | Should -Be 'dns-01', 'http-01'
        $made | ConvertTo-Json -Depth 5 -Compress | Should -Be '{"identifier":{"type":"dns"},"challenges":[{"type":"dns-01"},{"type":"http-01"}]}'
    }
}

Describe 'Reading a property' {
    It 'works with <Kind>' -ForEach @(
        @{ Kind = 'a custom object'; Source = [pscustomobject]@{ Name = 'x'; SANs = 'a', 'b' } }
        @{ Kind = 'a hashtable'; Source = @{ name = 'x'; sans = @('a', 'b') } }
        @{ Kind = 'an ordered dictionary'; Source = [ordered]@{ NAME = 'x'; SANS = @('a', 'b') } }
        @{ Kind = 'a deserialized object'; Source = Get-Deserialized ([pscustomobject]@{ Name = 'x'; SANs = 'a', 'b' }) }
        @{ Kind = 'an object out of JSON'; Source = '{"name":"x","sans":["a","b"]}' | ConvertFrom-Json }
    ) {
        Get-Read Get $Source Name | Should -Be 'x'
        Get-Read GetString $Source Name | Should -Be 'x'
        $texts = Get-Read GetStrings $Source SANs
        $texts.GetType() | Should -Be ([string[]])
        $texts | Should -Be 'a', 'b'
        Get-Read Get $Source Missing | Should -BeNullOrEmpty
        (Get-Read GetStrings $Source Missing).Count | Should -Be 0
    }

    It 'gives nothing for nothing' {
        Get-Read Get $null Name | Should -BeNullOrEmpty
    }

    It 'takes one text for a list of one' {
        Get-Read GetStrings @{ contact = 'mailto:a@example.com' } contact | Should -Be 'mailto:a@example.com'
    }

    It 'makes a date the text again that it was in JSON' {
        $source = '{"expires":"2026-11-28T03:16:40Z"}' | ConvertFrom-Json
        Get-Read GetString $source expires | Should -Be '2026-11-28T03:16:40Z'
    }
}

Describe 'A type name' {
    It 'is recognised on <Kind>' -ForEach @(
        @{ Kind = 'a custom object'; Source = [pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; a = 1 }; Expected = $true }
        @{ Kind = 'a deserialized object'; Source = Get-Deserialized ([pscustomobject]@{ PSTypeName = 'PoshACME.PAOrder'; a = 1 }); Expected = $true }
        @{ Kind = 'nothing else'; Source = [pscustomobject]@{ a = 1 }; Expected = $false }
    ) {
        Get-Read IsTyped $Source PoshACME.PAOrder | Should -Be $Expected
    }
}
