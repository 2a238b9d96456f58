using System.Management.Automation;
using System.Security;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>The one place where errors become what PowerShell shows.</summary>
internal static class ErrorRecords
{
    private const string ExceptionSuffix = "Exception";

    // PowerShell 7.5 and later show the recommendation below an error; before, the text alone has to say what to do.
    private static readonly bool ShowsRecommendation = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    /// <summary>Makes the record of an error.</summary>
    /// <param name="error">The error; its <c>Data</c> stays reachable through the record's exception.</param>
    /// <param name="target">What was being worked on, or null.</param>
    /// <returns>The record, with the stable id, a category, and what to do about it.</returns>
    public static ErrorRecord From(Exception error, object? target = null)
    {
        if (error is not PoshAcmeException known)
        {
            return error is IContainsErrorRecord { ErrorRecord: { } made }
                ? new ErrorRecord(made, error)
                : new ErrorRecord(error, IdOf(error), CategoryOf(error), target);
        }

        var record = new ErrorRecord(known, known.ErrorId, CategoryOf(known.Kind), target);
        if (known.RecommendedAction is { } action)
        {
            var shown = ShowsRecommendation ? known.Message : $"{known.Message} {action}";
            record.ErrorDetails = new ErrorDetails(shown) { RecommendedAction = action };
        }

        return record;
    }

    /// <summary>Makes the record of an error whose text begins with what it kept from being done.</summary>
    /// <param name="consequence">A sentence.</param>
    /// <param name="error">The error.</param>
    /// <param name="target">What was being worked on.</param>
    /// <returns>The record; its id is that of the error.</returns>
    public static ErrorRecord From(string consequence, Exception error, object target)
    {
        var record = From(error, target);
        record.ErrorDetails = new ErrorDetails($"{consequence} {record.ErrorDetails?.Message ?? error.Message}")
        {
            RecommendedAction = record.ErrorDetails?.RecommendedAction,
        };
        return record;
    }

    private static ErrorCategory CategoryOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorKind.Security => ErrorCategory.SecurityError,
        ErrorKind.Connection => ErrorCategory.ConnectionError,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        ErrorKind.LimitsExceeded => ErrorCategory.LimitsExceeded,
        ErrorKind.ResourceBusy => ErrorCategory.ResourceBusy,
        ErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        ErrorKind.ReadError => ErrorCategory.ReadError,
        ErrorKind.WriteError => ErrorCategory.WriteError,
        _ => ErrorCategory.NotSpecified,
    };

    private static ErrorCategory CategoryOf(Exception error) => error switch
    {
        ArgumentException or FormatException => ErrorCategory.InvalidArgument,
        FileNotFoundException or DirectoryNotFoundException => ErrorCategory.ObjectNotFound,
        UnauthorizedAccessException or SecurityException => ErrorCategory.PermissionDenied,
        IOException => ErrorCategory.ReadError,
        TimeoutException => ErrorCategory.OperationTimeout,
        OperationCanceledException => ErrorCategory.OperationStopped,
        NotSupportedException => ErrorCategory.NotImplemented,
        InvalidOperationException => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.NotSpecified,
    };

    private static string IdOf(Exception error)
    {
        var name = error.GetType().Name;
        return name.EndsWith(ExceptionSuffix, StringComparison.Ordinal) && name.Length > ExceptionSuffix.Length
            ? name.Substring(0, name.Length - ExceptionSuffix.Length)
            : name;
    }
}
