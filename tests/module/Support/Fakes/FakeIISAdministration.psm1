# Commands of the module IISAdministration (1.1), as strict as their reference says, on the state of FakeIisState.psm1.

Import-Module "$PSScriptRoot/FakeIisState.psm1" -Global

# Changes between Start-IISCommitDelay and Stop-IISCommitDelay: a copy of the state that is not in force yet.
$script:pending = $null

[Flags()] enum SslFlags {
    None = 0; Sni = 1; CentralCertStore = 2; DisableHTTP2 = 4; DisableOCSPStp = 8; DisableQUIC = 16; DisableTLS13 = 32; DisableLegacyTLS = 64
}

function Get-IISSite {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)] [string[]] $Name)
    process {
        Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters {
            param($state)
            if ($Name) {
                foreach ($one in $Name) {
                    if (-not @($state.sites | Where-Object name -EQ $one)) {
                        Write-Warning "Site '$one' does not exist."
                    }
                }
            }
            foreach ($site in $state.sites | Where-Object { -not $Name -or $_.name -in $Name }) {
                [pscustomobject]@{ Name = $site.name; Id = $site.id; State = $site.state; Bindings = @($site.bindings | ForEach-Object { Show-Binding $site.name $_ }) }
            }
        }
    }
}

function Get-IISSiteBinding {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string] $Name,
        [Parameter(Position = 1)] [string] $BindingInformation, [Parameter(Position = 2)] [string] $Protocol
    )
    process {
        Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters {
            param($state)
            $site = Find-FakeIisSite $state $Name
            foreach ($binding in $site.bindings) {
                if ((-not $BindingInformation -or $binding.bindingInformation -eq $BindingInformation) -and (-not $Protocol -or $binding.protocol -eq $Protocol)) {
                    Show-Binding $site.name $binding
                }
            }
        }
    }
}

function New-IISSiteBinding {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [string] $BindingInformation, [Parameter(Position = 2)] [string] $Protocol = 'http',
        [Parameter(Position = 3)] [string] $CertificateThumbPrint, [Parameter(Position = 4)] [SslFlags] $SslFlag,
        [Parameter(Position = 5)] [ValidateSet('Cert:\LocalMachine\My', 'Cert:\LocalMachine\WebHosting', 'My', 'WebHosting')] [string] $CertStoreLocation,
        [switch] $Force, [switch] $Passthru
    )
    process {
        Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters {
            param($state)
            $site = Find-FakeIisSite $state $Name
            if ($Protocol -eq 'https' -and -not $CertificateThumbPrint -and -not ([int]$SslFlag -band 2)) {
                throw (New-FakeError 'A binding of https needs a certificate: CertificateThumbPrint and CertStoreLocation.' CertificateNeeded InvalidArgument)
            }
            if ($CertificateThumbPrint -and -not $CertStoreLocation) {
                throw (New-FakeError 'CertStoreLocation is needed with CertificateThumbPrint.' CertStoreLocationNeeded InvalidArgument)
            }
            $before = @($site.bindings)
            $binding = Add-FakeIisSiteBinding $site $Protocol $BindingInformation ([int]$SslFlag)
            try {
                if ($CertificateThumbPrint) {
                    $address, $port, $null = Split-FakeIisBinding $BindingInformation
                    $taken = @($state.sites.bindings | Where-Object {
                        $a, $p, $null = Split-FakeIisBinding $_.bindingInformation
                        $_.certificateHash -and $_.certificateHash -ne $CertificateThumbPrint -and $a -eq $address -and $p -eq $port -and -not ($_.sslFlags -band 1) -and -not ([int]$SslFlag -band 1)
                    })
                    if ($taken -and -not $Force) {
                        throw (New-FakeError "This would have asked, and waited for ever: ${address}:$port has another certificate, replace it for all sites that use it?" WouldHaveAsked)
                    }
                    Set-FakeIisCertificate $state $binding $CertificateThumbPrint ($CertStoreLocation -split '\\')[-1]
                }
            }
            catch {
                $site.bindings = $before
                throw
            }
            if ($Passthru) {
                Show-Binding $site.name $binding
            }
        }
    }
}

function Remove-IISSiteBinding {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Name,
        [Parameter(Mandatory, Position = 1, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string] $BindingInformation,
        [Parameter(Position = 2, ValueFromPipelineByPropertyName)] [string] $Protocol = 'http', [switch] $RemoveConfigOnly
    )
    process {
        Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters -Asks {
            param($state)
            $site = Find-FakeIisSite $state $Name
            $gone = @($site.bindings | Where-Object { $_.bindingInformation -eq $BindingInformation -and $_.protocol -eq $Protocol })
            if (-not $gone) {
                throw (New-FakeError "The binding '$BindingInformation' of $Protocol does not exist in the site '$Name'." BindingNotFound ObjectNotFound)
            }
            $site.bindings = @($site.bindings | Where-Object { $gone -notcontains $_ })
        }
    }
}

function Start-IISCommitDelay {
    [CmdletBinding()]
    param()
    Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters {
        param($state)
        if ($script:pending) {
            throw (New-FakeError 'A commit is delayed already: Stop-IISCommitDelay or Reset-IISServerManager comes first.' CommitDelayed)
        }
        $script:pending = ConvertTo-Json $state -Depth 12 | ConvertFrom-Json -AsHashtable
    }
}

# All changes since Start-IISCommitDelay come into force at once, or with -Commit $false not at all.
function Stop-IISCommitDelay {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [bool] $Commit = $true)
    $changed = $script:pending
    $script:pending = $null
    Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters {
        param($state)
        if (-not $changed) {
            throw (New-FakeError 'No commit is delayed: Start-IISCommitDelay comes first.' CommitNotDelayed)
        }
        if ($Commit) {
            $state.sites = $changed.sites
        }
    }
}

# Forgets what is not committed.
function Reset-IISServerManager {
    [CmdletBinding(SupportsShouldProcess)]
    param()
    $script:pending = $null
    Invoke-FakeIisAdministration $PSCmdlet $PSBoundParameters -Asks { }
}

# A binding as the module gives it. Its certificate can be set; that comes into force with Stop-IISCommitDelay, and is lost
# when no commit is delayed.
function Show-Binding([string] $Site, $Binding) {
    $shown = [pscustomobject]@{
        SiteName = $Site; Protocol = $Binding.protocol; BindingInformation = $Binding.bindingInformation; SslFlags = [SslFlags]$Binding.sslFlags
        Host = ($Binding.bindingInformation -split ':')[-1]
    }
    $found = @{ Hash = $Binding.certificateHash; Store = $Binding.certificateStoreName; Information = $Binding.bindingInformation; Protocol = $Binding.protocol; Site = $Site }
    $shown | Add-Member NoteProperty Found $found
    $shown | Add-Member ScriptProperty CertificateHash { if ($this.Found.Hash) { , [Convert]::FromHexString($this.Found.Hash) } } {
        param($value)
        $this.Found.Hash = [Convert]::ToHexString([byte[]]$value)
        Save-PendingBinding $this.Found
    }
    $shown | Add-Member ScriptProperty CertificateStoreName { $this.Found.Store } {
        param($value)
        $this.Found.Store = "$value"
        Save-PendingBinding $this.Found
    }
    $shown | Add-Member ScriptMethod ToString { "$($this.Protocol) $($this.BindingInformation)" } -Force
    $shown
}

function Save-PendingBinding($Found) {
    if (-not $script:pending) {
        return
    }
    $binding = (Find-FakeIisSite $script:pending $Found.Site).bindings | Where-Object { $_.protocol -eq $Found.Protocol -and $_.bindingInformation -eq $Found.Information }
    if ($Found.Hash -and $Found.Store -and @($script:pending.store | Where-Object { $_.thumbprint -eq $Found.Hash -and $_.store -eq $Found.Store })) {
        Set-FakeIisCertificate $script:pending $binding $Found.Hash $Found.Store
    }
}

function Invoke-FakeIisAdministration($FakeCmdlet, $FakeBound, [scriptblock] $FakeBody, [switch] $Asks) {
    $whatIf = $FakeCmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('WhatIf') -and
        $(if ($FakeBound.ContainsKey('WhatIf')) { [bool]$FakeBound['WhatIf'] } else { [bool]$FakeCmdlet.SessionState.PSVariable.GetValue('WhatIfPreference') })
    $question = -not $whatIf -and ($FakeBound['Confirm'] -or ($Asks -and -not $FakeBound.ContainsKey('Confirm')))
    try {
        Invoke-FakeIisCommand $FakeCmdlet.MyInvocation.MyCommand.Name $FakeBound {
            param($state)
            if ($question) {
                throw (New-FakeError "This would have asked, and waited for ever: $($FakeCmdlet.MyInvocation.MyCommand.Name)" WouldHaveAsked)
            }
            & $FakeBody $state
        } $whatIf $script:pending
    }
    catch {
        $FakeCmdlet.ThrowTerminatingError($_)
    }
}

Export-ModuleMember -Function Get-IISSite, Get-IISSiteBinding, New-IISSiteBinding, Remove-IISSiteBinding, Start-IISCommitDelay, Stop-IISCommitDelay,
    Reset-IISServerManager
