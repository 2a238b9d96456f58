# Commands of the module ScheduledTasks, as strict as their reference says. The tasks lie in the JSON file that
# $env:FAKE_SCHEDULED_TASKS names, with a log of the calls. $env:FAKE_NOT_ELEVATED makes it refuse highest rights.

Import-Module "$PSScriptRoot/FakeState.psm1"

enum LogonType { None; Password; S4U; Interactive; Group; ServiceAccount; InteractiveOrPassword }
enum RunLevel { Limited; Highest }
enum MultipleInstances { Parallel; Queue; IgnoreNew }

function New-FakeScheduler([string] $Path) {
    [IO.File]::WriteAllText($Path, (ConvertTo-Json @{ tasks = @(); calls = @() }))
    $env:FAKE_SCHEDULED_TASKS = $Path
}

# What a task did, as if the scheduler had run it.
function Set-FakeTaskRun([string] $TaskName, [datetime] $LastRunTime, [long] $LastTaskResult) {
    Invoke-FakeChange $env:FAKE_SCHEDULED_TASKS {
        param($state)
        $task = $state.tasks | Where-Object name -EQ $TaskName
        $task.lastRun, $task.result = $LastRunTime.ToUniversalTime().ToString('o'), $LastTaskResult
    }
}

# Adds a task of somebody else.
function Add-FakeTask([string] $TaskName) {
    Invoke-FakeChange $env:FAKE_SCHEDULED_TASKS {
        param($state)
        $state.tasks += @{ name = $TaskName; path = '\'; description = 'mine'; action = @{ Execute = 'x.exe'; Arguments = $null }; trigger = @{ StartBoundary = '2026-01-01T00:00:00' }; settings = @{}; principal = @{ UserId = 'somebody' }; state = 'Ready' }
    }
}

function New-ScheduledTaskAction {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [ValidateNotNullOrEmpty()] [string] $Execute, [string] $Argument, [string] $WorkingDirectory, [string] $Id)
    [pscustomobject]@{ PSTypeName = 'FakeTaskAction'; Execute = $Execute; Arguments = $Argument }
}

function New-ScheduledTaskTrigger {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Daily')] [switch] $Daily,
        [Parameter(Mandatory, ParameterSetName = 'Once')] [switch] $Once,
        [Parameter(Mandatory)] [datetime] $At, [timespan] $RandomDelay, [Parameter(ParameterSetName = 'Daily')] [uint32] $DaysInterval = 1
    )
    # The real one adds the offset of today to the time.
    [pscustomobject]@{
        PSTypeName = 'FakeTaskTrigger'; StartBoundary = $At.ToString("yyyy-MM-dd'T'HH:mm:ssK")
        RandomDelay = if ($PSBoundParameters.ContainsKey('RandomDelay')) { [Xml.XmlConvert]::ToString($RandomDelay) } else { $null }
    }
}

function New-ScheduledTaskSettingsSet {
    [CmdletBinding()]
    param(
        [switch] $StartWhenAvailable, [switch] $AllowStartIfOnBatteries, [switch] $DontStopIfGoingOnBatteries, [switch] $WakeToRun,
        [timespan] $ExecutionTimeLimit, [MultipleInstances] $MultipleInstances
    )
    [pscustomobject]@{
        PSTypeName = 'FakeTaskSettings'; StartWhenAvailable = [bool]$StartWhenAvailable; MultipleInstances = "$MultipleInstances"
        DisallowStartIfOnBatteries = -not $AllowStartIfOnBatteries; StopIfGoingOnBatteries = -not $DontStopIfGoingOnBatteries
        ExecutionTimeLimit = [Xml.XmlConvert]::ToString($ExecutionTimeLimit)
    }
}

function New-ScheduledTaskPrincipal {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'User')] [string] $UserId, [Parameter(ParameterSetName = 'User')] [LogonType] $LogonType,
        [Parameter(Mandatory, ParameterSetName = 'Group')] [string] $GroupId, [RunLevel] $RunLevel
    )
    if ($LogonType -eq 'ServiceAccount' -and $UserId -notin 'NT AUTHORITY\SYSTEM', 'SYSTEM', 'LOCALSERVICE', 'NETWORKSERVICE') {
        throw (New-FakeError "The logon type ServiceAccount is for accounts of the system, not for $UserId." WrongLogonType InvalidArgument)
    }
    [pscustomobject]@{ PSTypeName = 'FakeTaskPrincipal'; UserId = $UserId; LogonType = "$LogonType"; RunLevel = "$RunLevel" }
}

function Register-ScheduledTask {
    [CmdletBinding(DefaultParameterSetName = 'User')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $TaskName, [Parameter(Position = 1)] [string] $TaskPath = '\',
        [Parameter(Mandatory, Position = 2)] [PSTypeName('FakeTaskAction')] $Action, [Parameter(Position = 3)] [PSTypeName('FakeTaskTrigger')] $Trigger,
        [Parameter(Position = 4)] [PSTypeName('FakeTaskSettings')] $Settings,
        [Parameter(Position = 5, ParameterSetName = 'User')] [string] $User, [Parameter(Position = 6, ParameterSetName = 'User')] [string] $Password,
        [Parameter(Position = 7, ParameterSetName = 'User')] [RunLevel] $RunLevel,
        [Parameter(Mandatory, Position = 5, ParameterSetName = 'Principal')] [PSTypeName('FakeTaskPrincipal')] $Principal,
        [string] $Description, [switch] $Force
    )
    $bound = @{} + $PSBoundParameters
    if ($bound.ContainsKey('Password')) { $bound.Password = '(secret)' }
    if ($env:FAKE_NOT_ELEVATED -and ($RunLevel -eq 'Highest' -or $Principal.RunLevel -eq 'Highest')) {
        $PSCmdlet.WriteError((New-FakeError 'Access is denied.' 'HRESULT 0x80070005' PermissionDenied $TaskName))
        return
    }
    if ($User -and $Password -eq 'wrong') {
        $PSCmdlet.WriteError((New-FakeError 'The user name or password is incorrect.' 'HRESULT 0x8007052e' AuthenticationError $TaskName))
        return
    }
    if ($Principal.LogonType -eq 'Password' -and -not $Principal.UserId.EndsWith('$')) {
        $PSCmdlet.WriteError((New-FakeError 'The user name or password is incorrect.' 'HRESULT 0x8007052e' AuthenticationError $TaskName))
        return
    }
    $seen = @{}
    Invoke-FakeChange $env:FAKE_SCHEDULED_TASKS {
        param($state)
        $state.calls += 'Register-ScheduledTask ' + (($bound.Keys | Sort-Object) -join ' ')
        if (@($state.tasks | Where-Object { $_.name -eq $TaskName -and $_.path -eq $TaskPath }) -and -not $Force) {
            $seen.Exists = $true
            return
        }
        $state.tasks = @($state.tasks | Where-Object { $_.name -ne $TaskName -or $_.path -ne $TaskPath })
        $owner = if ($Principal) { @{ UserId = $Principal.UserId; LogonType = $Principal.LogonType; RunLevel = $Principal.RunLevel } }
        else { @{ UserId = $User; LogonType = 'Password'; RunLevel = "$RunLevel" } }
        # The Task Scheduler gives names of the machine and the domain back without them.
        $owner.UserId = ($owner.UserId -split '\\')[-1]
        $state.tasks += @{
            name = $TaskName; path = $TaskPath; description = $Description; state = 'Ready'; principal = $owner
            action = @{ Execute = $Action.Execute; Arguments = $Action.Arguments }
            trigger = @{ StartBoundary = $Trigger.StartBoundary; RandomDelay = $Trigger.RandomDelay }
            settings = @{ StartWhenAvailable = $Settings.StartWhenAvailable; MultipleInstances = $Settings.MultipleInstances; ExecutionTimeLimit = $Settings.ExecutionTimeLimit }
        }
    }
    if ($seen.Exists) {
        $PSCmdlet.WriteError((New-FakeError 'Cannot create a file when that file already exists.' 'HRESULT 0x800700b7' ResourceExists $TaskName))
        return
    }
    Get-ScheduledTask -TaskName $TaskName -TaskPath $TaskPath
}

function Get-ScheduledTask {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string[]] $TaskName, [Parameter(Position = 1)] [string[]] $TaskPath)
    $found = @((Get-FakeState $env:FAKE_SCHEDULED_TASKS).tasks | Where-Object { (-not $TaskName -or $_.name -in $TaskName) -and (-not $TaskPath -or $_.path -in $TaskPath) })
    if (-not $found -and ($TaskName -or $TaskPath)) {
        $PSCmdlet.WriteError((New-FakeError "No MSFT_ScheduledTask objects found with property 'TaskName' equal to '$TaskName'." CmdletizationQuery_NotFound_TaskName ObjectNotFound "$TaskName"))
    }
    foreach ($task in $found) {
        [pscustomobject]@{
            TaskName = $task.name; TaskPath = $task.path; Description = $task.description; State = $task.state
            Actions = , [pscustomobject]$task.action; Triggers = , [pscustomobject]$task.trigger
            Settings = [pscustomobject]$task.settings; Principal = [pscustomobject]$task.principal
        }
    }
}

function Get-ScheduledTaskInfo {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $TaskName, [Parameter(Position = 1)] [string] $TaskPath = '\')
    $task = (Get-FakeState $env:FAKE_SCHEDULED_TASKS).tasks | Where-Object { $_.name -eq $TaskName -and $_.path -eq $TaskPath }
    if (-not $task) {
        $PSCmdlet.WriteError((New-FakeError 'The system cannot find the file specified.' 'HRESULT 0x80070002' ObjectNotFound $TaskName))
        return
    }
    # A task that never ran: 0x41303, and a time long ago.
    [pscustomobject]@{
        TaskName = $task.name; NextRunTime = [datetime]::Today.AddDays(1)
        LastRunTime = if ($task.lastRun) { ([datetimeoffset]$task.lastRun).LocalDateTime } else { [datetime]'1999-11-30' }
        LastTaskResult = if ($task.lastRun) { [uint32]$task.result } else { [uint32]267011 }
    }
}

function Unregister-ScheduledTask {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory, Position = 0)] [string[]] $TaskName, [Parameter(Position = 1)] [string[]] $TaskPath)
    if (-not $PSBoundParameters.ContainsKey('Confirm')) {
        throw (New-FakeError 'This would have asked, and waited for ever.' WouldHaveAsked)
    }
    $null = Get-ScheduledTask -TaskName $TaskName -TaskPath $TaskPath -ErrorAction Stop
    Invoke-FakeChange $env:FAKE_SCHEDULED_TASKS {
        param($state)
        $state.calls += "Unregister-ScheduledTask $TaskName"
        $state.tasks = @($state.tasks | Where-Object { $_.name -notin $TaskName })
    }
}

Export-ModuleMember -Function *-ScheduledTask*, New-FakeScheduler, Set-FakeTaskRun, Add-FakeTask
