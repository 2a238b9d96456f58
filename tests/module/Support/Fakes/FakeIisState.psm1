# The sites, their bindings and the certificates of a web server that does not exist, for the fakes of WebAdministration and
# IISAdministration. All state lies in the file that $env:FAKE_IIS_STATE names.

Import-Module "$PSScriptRoot/FakeState.psm1"

# A web server with sites that have one binding, http on port 80. -Certificate are thumbprints in LocalMachine\My whose key
# is there.
function New-FakeIis {
    param([Parameter(Mandatory)] [string] $Path, [string[]] $Site = 'Default Web Site', [string[]] $Certificate)

    $id = 0
    $sites = foreach ($name in $Site) {
        $id++
        @{
            name = $name; id = $id; state = 'Started'
            bindings = @(@{ protocol = 'http'; bindingInformation = if ($id -eq 1) { '*:80:' } else { "*:80:site$id.test" }; sslFlags = 0; certificateHash = ''; certificateStoreName = '' })
        }
    }
    $store = foreach ($thumbprint in $Certificate) { @{ thumbprint = $thumbprint; store = 'My'; hasPrivateKey = $true } }
    [IO.File]::WriteAllText($Path, (ConvertTo-Json @{ sites = @($sites); store = @($store); failures = @(); calls = @() } -Depth 12))
    $env:FAKE_IIS_STATE = $Path
}

# Puts a certificate into a store of the machine.
function Add-FakeIisCertificate {
    param([Parameter(Mandatory)] [string] $Thumbprint, [ValidateSet('My', 'WebHosting', 'CA')] [string] $Store = 'My', [bool] $HasPrivateKey = $true)

    Invoke-FakeChange $env:FAKE_IIS_STATE {
        param($state)
        $state.store = @($state.store) + @{ thumbprint = $Thumbprint; store = $Store; hasPrivateKey = $HasPrivateKey }
    }
}

# Gives a site a binding, as an administrator did before.
function Add-FakeIisBinding {
    param([string] $Site = 'Default Web Site', [string] $BindingInformation = '*:443:', [string] $Protocol = 'https', [string] $Thumbprint = '', [string] $Store = 'My', [int] $SslFlags = 0)

    Invoke-FakeChange $env:FAKE_IIS_STATE {
        param($state)
        $one = $state.sites | Where-Object name -EQ $Site
        $one.bindings = @($one.bindings) + @{
            protocol = $Protocol; bindingInformation = $BindingInformation; sslFlags = $SslFlags; certificateHash = $Thumbprint
            certificateStoreName = if ($Thumbprint) { $Store } else { '' }
        }
    }
}

# Has the next calls of a command, or of a method of a binding such as AddSslCertificate, fail.
function Set-FakeIisFailure {
    param([Parameter(Mandatory)] [string] $Command, [int] $Times = 1, [string] $Message = 'The configuration is locked by another process.')

    Invoke-FakeChange $env:FAKE_IIS_STATE {
        param($state)
        $state.failures = @($state.failures) + @{ command = $Command; times = $Times; message = $Message }
    }
}

# The calls so far: Command, Parameters, Outcome (Done, WhatIf, Failed, WouldHaveAsked), Error, and Bindings: what the server
# listened to right after the call, as texts 'site https *:443: sni thumbprint'. A binding that was missing at any time is
# missing in one of these.
function Get-FakeIisCall {
    param([string] $Command = '*')

    foreach ($call in (Get-FakeState $env:FAKE_IIS_STATE).calls | Where-Object { $_.command -like $Command }) {
        [pscustomobject]@{
            Command = $call.command; Parameters = [pscustomobject]$call.parameters; Outcome = $call.outcome; Error = $call.error; Bindings = @($call.bindings)
        }
    }
}

function Clear-FakeIisCall {
    Invoke-FakeChange $env:FAKE_IIS_STATE { param($state) $state.calls = @() }
}

# What the server listens to now, as texts.
function Get-FakeIisBinding {
    Show-Binding (Get-FakeState $env:FAKE_IIS_STATE)
}

function Show-Binding($State) {
    foreach ($site in $State.sites) {
        foreach ($binding in $site.bindings) {
            $sni = if ($binding.sslFlags -band 1) { ' sni' }
            "$($site.name) $($binding.protocol) $($binding.bindingInformation)$sni $($binding.certificateHash)".TrimEnd()
        }
    }
}

# ---- For the two fakes -------------------------------------------------------------------------------------------------

# Runs a command on the state, or on a copy of it that is not in force yet (-Pending), and logs the call.
function Invoke-FakeIisCommand([string] $Name, $Bound, [scriptblock] $Body, [bool] $WhatIf, $Pending) {
    $fakeRun = @{ Error = $null; Results = @() }
    Invoke-FakeChange $env:FAKE_IIS_STATE {
        param($state)
        $fakeCall = @{ command = $Name; parameters = ConvertTo-FakeLogText $Bound; outcome = 'Done'; error = $null; bindings = @() }
        $fakeTarget = if ($Pending) { $Pending } else { $state }
        try {
            $fakeFailure = $state.failures | Where-Object { $_.times -gt 0 -and $_.command -eq $Name } | Select-Object -First 1
            if ($fakeFailure) {
                $fakeFailure.times--
                throw (New-FakeError $fakeFailure.message PlannedFailure)
            }
            if ($WhatIf) {
                $fakeCall.outcome = 'WhatIf'
            }
            else {
                $fakeRun.Results = @(& $Body $fakeTarget)
            }
        }
        catch {
            $fakeCall.outcome = if ($_.FullyQualifiedErrorId -like 'WouldHaveAsked*') { 'WouldHaveAsked' } else { 'Failed' }
            $fakeCall.error = "$_"
            $fakeRun.Error = $_
        }
        $fakeCall.bindings = @(Show-Binding $state)
        $state.calls = @($state.calls) + $fakeCall
    }
    if ($fakeRun.Error) {
        throw $fakeRun.Error
    }
    $fakeRun.Results
}

function Find-FakeIisSite($State, [string] $Name) {
    $site = $State.sites | Where-Object name -EQ $Name
    if (-not $site) {
        throw (New-FakeError "The site '$Name' does not exist." SiteNotFound ObjectNotFound)
    }
    $site
}

# Adds a binding where it may be added: the address is well formed and not taken in this site, SNI has a name.
function Add-FakeIisSiteBinding($Site, [string] $Protocol, [string] $Information, [int] $SslFlags) {
    $address, $port, $name = Split-FakeIisBinding $Information
    if ($null -eq $port) {
        throw (New-FakeError "The binding information '$Information' is not of the form address:port:name." BindingInformationInvalid InvalidArgument)
    }
    if (($SslFlags -band 1) -and -not $name) {
        throw (New-FakeError "A binding that requires Server Name Indication must have a host name; '$Information' has none." SniNeedsHostName InvalidArgument)
    }
    if (@($Site.bindings | Where-Object { $_.protocol -eq $Protocol -and $_.bindingInformation -eq $Information })) {
        throw (New-FakeError "Cannot add duplicate collection entry of type 'binding' with combined key attributes 'protocol, bindingInformation' respectively set to '$Protocol, $Information'" DuplicateBinding ResourceExists)
    }
    $binding = @{ protocol = $Protocol; bindingInformation = $Information; sslFlags = $SslFlags; certificateHash = ''; certificateStoreName = '' }
    $Site.bindings = @($Site.bindings) + $binding
    $binding
}

# Address, port and name of *:443:name or [::]:443:name.
function Split-FakeIisBinding([string] $Information) {
    if ($Information -match '^(?<a>\*|\[[^\]]*\]|[^:]*):(?<p>\d+):(?<n>[^:]*)$' -and [int]$Matches.p -in 1..65535) {
        $Matches.a, $Matches.p, $Matches.n
    }
}

# Gives a binding a certificate, for all that listen on the same address and port without SNI: the system has one for them.
function Set-FakeIisCertificate($State, $Binding, [string] $Thumbprint, [string] $Store) {
    $found = $State.store | Where-Object { $_.thumbprint -eq $Thumbprint -and $_.store -eq $Store }
    if (-not $found) {
        throw (New-FakeError "The certificate $Thumbprint is not in LocalMachine\$Store." CertificateNotFound ObjectNotFound)
    }
    if (-not $found.hasPrivateKey) {
        throw (New-FakeError 'A specified logon session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)' LogonSession)
    }
    if ($Binding.protocol -ne 'https') {
        throw (New-FakeError "A binding of the protocol $($Binding.protocol) has no certificate." BindingNotHttps)
    }
    $address, $port, $null = Split-FakeIisBinding $Binding.bindingInformation
    $same = @($Binding)
    if (-not ($Binding.sslFlags -band 1)) {
        $same = foreach ($other in $State.sites.bindings | Where-Object { $_.protocol -eq 'https' -and -not ($_.sslFlags -band 1) }) {
            $otherAddress, $otherPort, $null = Split-FakeIisBinding $other.bindingInformation
            if ($otherAddress -eq $address -and $otherPort -eq $port) {
                $other
            }
        }
    }
    foreach ($one in $same) {
        $one.certificateHash = $Thumbprint.ToUpperInvariant()
        $one.certificateStoreName = $found.store
    }
}

Export-ModuleMember -Function *-FakeIis*, New-FakeError, ConvertTo-FakeRemoteObject
