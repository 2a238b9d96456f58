# Commands of the module WebAdministration, as strict as their reference says, on the state of FakeIisState.psm1.

Import-Module "$PSScriptRoot/FakeIisState.psm1" -Global

# Bindings as PowerShell 7 has them when the module runs in a Windows PowerShell beside it: properties, no methods.
$script:withoutMethods = $false
function Set-FakeWebAdministration([switch] $WithoutMethods) {
    $script:withoutMethods = [bool]$WithoutMethods
}

function Get-Website {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string] $Name)
    process {
        Invoke-FakeWebCommand $PSCmdlet $PSBoundParameters {
            param($state)
            foreach ($site in $state.sites | Where-Object { -not $Name -or $_.name -like $Name }) {
                [pscustomobject]@{ name = $site.name; id = $site.id; state = $site.state; physicalPath = '%SystemDrive%\inetpub\wwwroot' }
            }
        }
    }
}

function Get-WebBinding {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string] $Name, [string] $Protocol, [string] $Port, [string] $IPAddress, [string] $HostHeader
    )
    process {
        $found = Invoke-FakeWebCommand $PSCmdlet $PSBoundParameters {
            param($state)
            foreach ($site in $state.sites | Where-Object { -not $Name -or $_.name -eq $Name }) {
                foreach ($binding in $site.bindings) {
                    $address, $number, $header = Split-FakeIisBinding $binding.bindingInformation
                    if ((-not $Protocol -or $binding.protocol -eq $Protocol) -and (-not $Port -or $number -eq $Port) -and
                        (-not $IPAddress -or $address -eq $IPAddress) -and (-not $HostHeader -or $header -eq $HostHeader)) {
                        [pscustomobject]($binding + @{ ItemXPath = "/system.applicationHost/sites/site[@name='$($site.name)' and @id='$($site.id)']"; SiteName = $site.name })
                    }
                }
            }
        }
        foreach ($binding in $found) {
            $shown = $binding | Select-Object protocol, bindingInformation, sslFlags, certificateHash, certificateStoreName, ItemXPath
            if ($script:withoutMethods) {
                ConvertTo-FakeRemoteObject $shown 'Microsoft.IIs.PowerShell.Framework.ConfigurationElement'
                continue
            }
            $shown.PSTypeNames.Insert(0, 'Microsoft.IIs.PowerShell.Framework.ConfigurationElement')
            $shown | Add-Member ScriptMethod AddSslCertificate { param($thumbprint, $store) Set-BindingCertificate $this AddSslCertificate $thumbprint $store }
            $shown | Add-Member ScriptMethod RebindSslCertificate { param($thumbprint, $store) Set-BindingCertificate $this RebindSslCertificate $thumbprint $store }
            $shown | Add-Member ScriptMethod RemoveSslCertificate { Set-BindingCertificate $this RemoveSslCertificate }
            $shown
        }
    }
}

function New-WebBinding {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string] $Name, [string] $Protocol = 'http', [uint32] $Port, [string] $IPAddress = '*',
        [string] $HostHeader = '', [int] $SslFlags, [switch] $Force
    )
    Invoke-FakeWebCommand $PSCmdlet $PSBoundParameters {
        param($state)
        if (-not $Port) {
            $Port = if ($Protocol -eq 'https') { 443 } else { 80 }
        }
        $null = Add-FakeIisSiteBinding (Find-FakeIisSite $state $Name) $Protocol "${IPAddress}:${Port}:$HostHeader" $SslFlags
    }
}

function Set-WebBinding {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(ValueFromPipelineByPropertyName)] [string] $Name, [string] $BindingInformation, [string] $IPAddress, [uint32] $Port, [string] $HostHeader,
        [Parameter(Mandatory)] [string] $PropertyName, [Parameter(Mandatory)] [object] $Value
    )
    Invoke-FakeWebCommand $PSCmdlet $PSBoundParameters {
        param($state)
        $found = @(Find-Binding (Find-FakeIisSite $state $Name) $BindingInformation $IPAddress $Port $HostHeader)
        foreach ($binding in $found) {
            $address, $number, $header = Split-FakeIisBinding $binding.bindingInformation
            switch ($PropertyName) {
                'IPAddress' { $binding.bindingInformation = "${Value}:${number}:$header" }
                'Port' { $binding.bindingInformation = "${address}:${Value}:$header" }
                'HostHeader' { $binding.bindingInformation = "${address}:${number}:$Value" }
                'BindingInformation' { $binding.bindingInformation = "$Value" }
                'sslFlags' {
                    if (([int]$Value -band 1) -and -not $header) {
                        throw (New-FakeError 'A binding that requires Server Name Indication must have a host name.' SniNeedsHostName InvalidArgument)
                    }
                    $binding.sslFlags = [int]$Value
                }
                default { throw (New-FakeError "A binding has no property '$PropertyName' that could be set." PropertyNotFound InvalidArgument) }
            }
        }
    }
}

function Remove-WebBinding {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'InputBindingProperties')]
    param(
        [Parameter(ValueFromPipelineByPropertyName)] [string] $Protocol, [Parameter(ValueFromPipelineByPropertyName)] [string] $Name,
        [Parameter(ParameterSetName = 'InputBindingProperties')] [string] $IPAddress, [Parameter(ParameterSetName = 'InputBindingProperties')] [string] $Port,
        [Parameter(ParameterSetName = 'InputBindingProperties')] [string] $HostHeader,
        [Parameter(ParameterSetName = 'InputObject', Mandatory, ValueFromPipeline)] [psobject] $InputObject,
        [Parameter(ParameterSetName = 'InputBindingInformation', Mandatory)] [string] $BindingInformation
    )
    process {
        Invoke-FakeWebCommand $PSCmdlet $PSBoundParameters {
            param($state)
            $site = if ($InputObject) { $InputObject.ItemXPath -replace "^.*@name='(.*)' and @id=.*$", '$1' } else { $Name }
            $information = if ($InputObject) { $InputObject.bindingInformation } else { $BindingInformation }
            foreach ($one in $state.sites | Where-Object { -not $site -or $_.name -eq $site }) {
                $gone = @(Find-Binding $one $information $IPAddress $Port $HostHeader | Where-Object { -not $Protocol -or $_.protocol -eq $Protocol })
                $one.bindings = @($one.bindings | Where-Object { $gone -notcontains $_ })
            }
        }
    }
}

function Find-Binding($Site, [string] $Information, [string] $IPAddress, $Port, [string] $HostHeader) {
    foreach ($binding in $Site.bindings) {
        $address, $number, $header = Split-FakeIisBinding $binding.bindingInformation
        if ((-not $Information -or $binding.bindingInformation -eq $Information) -and (-not $IPAddress -or $address -eq $IPAddress) -and
            (-not $Port -or "$number" -eq "$Port") -and (-not $HostHeader -or $header -eq $HostHeader)) {
            $binding
        }
    }
}

# The methods of a binding. To add a certificate where there is one replaces it in one step.
function Set-BindingCertificate($Binding, [string] $Method, [string] $Thumbprint, [string] $Store) {
    $bound = @{ binding = $Binding.bindingInformation; thumbprint = $Thumbprint; store = $Store }
    Invoke-FakeIisCommand $Method $bound {
        param($state)
        $site = Find-FakeIisSite $state ($Binding.ItemXPath -replace "^.*@name='(.*)' and @id=.*$", '$1')
        $found = $site.bindings | Where-Object { $_.protocol -eq $Binding.protocol -and $_.bindingInformation -eq $Binding.bindingInformation }
        if (-not $found) {
            throw (New-FakeError "The binding $($Binding.bindingInformation) does not exist any more." BindingNotFound ObjectNotFound)
        }
        if ($Method -eq 'RemoveSslCertificate') {
            $found.certificateHash = $found.certificateStoreName = ''
        }
        else {
            Set-FakeIisCertificate $state $found $Thumbprint $Store
        }
    }
}

function Invoke-FakeWebCommand($FakeCmdlet, $FakeBound, [scriptblock] $FakeBody) {
    $whatIf = $FakeCmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('WhatIf') -and
        $(if ($FakeBound.ContainsKey('WhatIf')) { [bool]$FakeBound['WhatIf'] } else { [bool]$FakeCmdlet.SessionState.PSVariable.GetValue('WhatIfPreference') })
    try {
        if ($FakeBound['Confirm']) {
            throw (New-FakeError "This would have asked, and waited for ever: $($FakeCmdlet.MyInvocation.MyCommand.Name)" WouldHaveAsked)
        }
        Invoke-FakeIisCommand $FakeCmdlet.MyInvocation.MyCommand.Name $FakeBound $FakeBody $whatIf
    }
    catch {
        $FakeCmdlet.ThrowTerminatingError($_)
    }
}

Export-ModuleMember -Function Set-FakeWebAdministration, Get-Website, Get-WebBinding, New-WebBinding, Set-WebBinding, Remove-WebBinding
