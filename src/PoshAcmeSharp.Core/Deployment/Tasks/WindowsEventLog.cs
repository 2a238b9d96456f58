using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>
/// The event log of Windows. Its class of .NET is not there in all editions of PowerShell, so this asks the system itself.
/// </summary>
public static class WindowsEventLog
{
    /// <summary>The source that events are written with, in the log Application.</summary>
    public const string Source = "PoshAcmeSharp";

    /// <summary>The id of the event that tells of a run with failures.</summary>
    public const int RunFailed = 1;

    /// <summary>The key of the registry where a source tells how its events are worded.</summary>
    public const string SourceKey = @"HKLM:\SYSTEM\CurrentControlSet\Services\EventLog\Application\" + Source;

    /// <summary>What words them: the messages of .NET Framework, which show the text as it is.</summary>
    public const string MessageFile = @"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll";

    private const ushort ErrorType = 1;

    /// <summary>The longest text of an event, in characters.</summary>
    private const int LongestText = 30000;

    /// <summary>Writes an error.</summary>
    /// <param name="text">What failed.</param>
    /// <returns>Whether it is written. Nothing is, except on Windows.</returns>
    public static bool TryWriteError(string text)
    {
        if (SystemKinds.Current != SystemKind.Windows)
        {
            return false;
        }

        var log = RegisterEventSource(null, Source);
        if (log == IntPtr.Zero)
        {
            return false;
        }

        try
        {
            return ReportEvent(log, ErrorType, 0, RunFailed, IntPtr.Zero, 1, 0, [Text.Cut(text, LongestText)], IntPtr.Zero);
        }
        finally
        {
            DeregisterEventSource(log);
        }
    }

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true, EntryPoint = "RegisterEventSourceW")]
    private static extern IntPtr RegisterEventSource(string? server, string source);

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true, EntryPoint = "ReportEventW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ReportEvent(
        IntPtr log, ushort type, ushort category, uint id, IntPtr user, ushort stringCount, uint dataSize, string[] strings, IntPtr data);

    [DllImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool DeregisterEventSource(IntPtr log);
}
